import { Fragment, useState } from 'react';
import type { NotePath } from '../../core/paths/note-path.ts';
import { useClient } from '../state/client-context.ts';
import { openNote } from '../state/navigation.ts';
import { liveNote } from '../state/open-notes.ts';
import { useWindow } from '../state/store.ts';
import { MarkedLine } from './marked-line.tsx';
import { UnlinkedMentions } from './unlinked-mentions.tsx';
import { usePanelCall } from './use-panel-call.ts';

/** Notes that link here, shown at first: a map of content may have thousands. */
const FEW = 50;

/** What leads here, and what is in it. */
export function RightSide() {
  const active = useWindow((state) => state.active);
  return (
    <aside className="side right" aria-label="About this note">
      {active === null ? null : (
        // What is known of one note is never shown beside another.
        <Fragment key={active}>
          <Outline path={active} />
          <Backlinks path={active} />
          <UnlinkedMentions path={active} />
        </Fragment>
      )}
    </aside>
  );
}

function Outline({ path }: { path: NotePath }) {
  const outline = useWindow((state) => (state.outline?.path === path ? state.outline : null));
  const headings = outline?.headings ?? [];
  const top = Math.min(...headings.map((heading) => heading.level));
  return (
    <section aria-labelledby="outline-title">
      <h2 id="outline-title">Outline</h2>
      {headings.length === 0 ? <p className="hint">Headings you write will be listed here.</p> : null}
      {headings.map((heading) => (
        <button
          key={`${heading.from} ${heading.text}`}
          type="button"
          className={`row outline depth-${Math.min(3, heading.level - top)}`}
          onClick={() => liveNote(path)?.editor.goToLine(heading.line)}
        >
          <span>{heading.text === '' ? 'Untitled' : heading.text}</span>
        </button>
      ))}
    </section>
  );
}

function Backlinks({ path }: { path: NotePath }) {
  const client = useClient();
  const [limit, setLimit] = useState(FEW);
  const answer = usePanelCall('links.backlinks', { path, limit }, ['index.updated']);
  const backlinks = answer?.backlinks ?? [];
  const count = answer?.lines ?? 0;
  const more = (answer?.notes ?? 0) - backlinks.length;
  return (
    <section aria-labelledby="backlinks-title">
      <h2 id="backlinks-title">Backlinks {count === 0 ? null : <span className="n">{count}</span>}</h2>
      {answer !== null && backlinks.length === 0 ? (
        <p className="hint">No other note links here yet.</p>
      ) : null}
      {backlinks.map((backlink) => (
        <div key={backlink.path} className="card">
          <button type="button" className="card-title" onClick={() => void openNote(client, backlink.path)}>
            {backlink.title}
          </button>
          {backlink.lines.map((line) => (
            <button
              key={line.line}
              type="button"
              className="card-line"
              onClick={() => void openNote(client, backlink.path, { line: line.line })}
            >
              <MarkedLine line={line} />
            </button>
          ))}
        </div>
      ))}
      {more === 0 ? null : (
        <button type="button" className="plain" onClick={() => setLimit(limit * 5)}>
          {more === 1 ? 'Show 1 more note' : `Show ${Math.min(more, limit * 4)} more of ${more}`}
        </button>
      )}
    </section>
  );
}
