import { Link2 } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import type { Mentions } from '../../contract/links.ts';
import type { NotePath } from '../../core/paths/note-path.ts';
import { useCall, useClient } from '../state/client-context.ts';
import { openNote } from '../state/navigation.ts';
import { tellError } from '../state/store.ts';
import { MarkedLine } from './marked-line.tsx';

type Line = Mentions['notes'][number]['lines'][number];

/** Where other notes name this one without a link, each a key away from being one. */
export function UnlinkedMentions({ path }: { path: NotePath }) {
  const client = useClient();
  const answer = useCall('links.mentions', { path }, ['index.updated']);
  if (answer === null || answer.notes.length === 0) return null;
  const count = answer.notes.reduce((sum, note) => sum + note.lines.length, 0);
  const link = (source: NotePath, { mention }: Line) => {
    client.call('links.linkMention', { path: source, mention, link: answer.link }).catch(tellError);
  };
  return (
    <section aria-labelledby="mentions-title">
      <h2 id="mentions-title">
        Unlinked mentions <span className="n">{count}</span>
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
        </div>
      ))}
    </section>
  );
}
