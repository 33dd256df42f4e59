import { X } from 'lucide-react';
import { liveNote } from '../state/open-notes.ts';
import { dismissNotice, type Notice, useWindow } from '../state/store.ts';

/**
 * What happened, in the corner, for a moment; what matters stays until it is put away. While a dialog is open they are said within it:
 * what is behind can be neither read nor reached.
 */
export function Notices({ inDialog = false }: { inDialog?: boolean }) {
  const hasDialog = useWindow((state) => state.dialog !== null);
  const all = useWindow((state) => state.notices);
  const notices = hasDialog === inDialog ? all : [];
  return (
    <div className="notices" aria-live="polite">
      {notices.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function NoticeCard({ notice }: { notice: Notice }) {
  return (
    <div className={`notice ${notice.tone}`}>
      <span>{notice.text}</span>
      {notice.actions?.map(({ label, run }) => (
        <button
          key={label}
          type="button"
          className="act"
          onClick={() => {
            run();
            putAway(notice);
          }}
        >
          {label}
        </button>
      ))}
      <button type="button" className="tab-close" aria-label="Dismiss" onClick={() => putAway(notice)}>
        <X size={13} aria-hidden="true" />
      </button>
    </div>
  );
}

/** The button goes with its notice: whoever pressed it goes on writing, unless it opened something. */
function putAway(notice: Notice): void {
  dismissNotice(notice.id);
  const { dialog, active } = useWindow.getState();
  if (dialog === null) liveNote(active)?.editor.focus();
}
