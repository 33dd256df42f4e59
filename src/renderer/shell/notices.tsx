import { X } from 'lucide-react';
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
            dismissNotice(notice.id);
          }}
        >
          {label}
        </button>
      ))}
      <button
        type="button"
        className="tab-close"
        aria-label="Dismiss"
        onClick={() => dismissNotice(notice.id)}
      >
        <X size={13} aria-hidden="true" />
      </button>
    </div>
  );
}
