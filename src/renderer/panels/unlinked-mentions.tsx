import { Link2 } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import type { Mentions } from '../../contract/links.ts';
import type { NotePath } from '../../core/paths/note-path.ts';
import { useClient } from '../state/client-context.ts';
import { openNote } from '../state/navigation.ts';
import { tellError } from '../state/store.ts';
import { MarkedLine } from './marked-line.tsx';
import { usePanelCall } from './use-panel-call.ts';

/** Notes shown at first, and at most. */
const FEW = 20;
const MOST = 1000;

type Line = Mentions['notes'][number]['lines'][number];

/** Where other notes name this one without a link, each a key away from being one. */
export function UnlinkedMentions({ path }: { path: NotePath }) {
  const client = useClient();
  const [limit, setLimit] = useState(FEW);
  const answer = usePanelCall('links.mentions', { path, limit }, ['index.updated']);
  if (answer === null || (answer.notes.length === 0 && answer.unread === 0)) return null;
  const count = answer.notes.reduce((sum, note) => sum + note.lines.length + note.more, 0);
  const link = (source: NotePath, { mention }: Line) => {
    client.call('links.linkMention', { path: source, mention, link: answer.link }).catch(tellError);
  };
  return (
    <section aria-labelledby="mentions-title">
      <h2 id="mentions-title">
        Unlinked mentions{' '}
        <span className="n">
          {count}
          {answer.unread === 0 ? '' : '+'}
        </span>
      </h2>
      {answer.notes.map((note) => (
        <div key={note.path} className="card">
          <button type="button" className="card-title" onClick={() => void openNote(client, note.path)}>
            {note.title}
          </button>
          {note.lines.map((line) => (
            <div key={line.line} className="mention">
              <button
                type="button"
                className="card-line"
                title="Enter opens it, L makes a link of it"
                onClick={() => void openNote(client, note.path, { line: line.line })}
                onKeyDown={(event: KeyboardEvent) => {
                  if (event.key.toLowerCase() !== 'l' || event.ctrlKey || event.metaKey || event.altKey)
                    return;
                  event.preventDefault();
                  link(note.path, line);
                }}
              >
                <MarkedLine line={line} />
              </button>
              <button
                type="button"
                className="icon"
                aria-label={`Link “${line.mention.text}” in ${note.title}`}
                title="Make it a link (L)"
                onClick={() => link(note.path, line)}
              >
                <Link2 size={14} aria-hidden />
              </button>
            </div>
          ))}
          {note.more === 0 ? null : (
            <div className="mention-more">{note.more === 1 ? '1 more line' : `${note.more} more lines`}</div>
          )}
        </div>
      ))}
      {answer.unread === 0 ? null : (
        <button
          type="button"
          className="plain"
          onClick={() => setLimit(Math.min(MOST, limit * 5))}
          disabled={limit === MOST}
        >
          {answer.unread === 1 ? 'Look into 1 more note' : `Look into ${answer.unread} more notes`}
        </button>
      )}
    </section>
  );
}
