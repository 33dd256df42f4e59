import type { NoteOverlap } from '../../contract/notes.ts';
import type { NotePath } from '../../core/paths/note-path.ts';
import { ChangedWords } from '../panels/changed-words.tsx';
import { useClient } from '../state/client-context.ts';
import { liveNote } from '../state/open-notes.ts';
import { tellError } from '../state/store.ts';

const CHOICES = [
  { keep: 'mine', label: 'Keep mine' },
  { keep: 'theirs', label: 'Keep theirs' },
  { keep: 'both', label: 'Keep both' },
] as const;

/** Another program changed the lines that the user was writing: both are shown, and nothing goes until one is chosen. */
export function OverlapBar({
  path,
  overlap,
  more,
}: {
  path: NotePath;
  overlap: NoteOverlap | undefined;
  more: number;
}) {
  const client = useClient();
  if (overlap === undefined) return null;
  const settle = (keep: 'mine' | 'theirs' | 'both') => {
    const live = liveNote(path);
    if (live === undefined) return;
    client
      .call('notes.settle', { document: live.session.document, overlap: overlap.id, keep })
      .then(() => live.editor.focus(), tellError);
  };
  return (
    <section className="overlap" aria-label="Two versions of the same lines">
      <p role="alert">
        Another program changed lines that you were writing{more > 0 ? ` (and ${more} more)` : ''}. Yours
        stand in the note; both are kept in its history.
      </p>
      <div className="overlap-sides">
        <figure>
          <figcaption>Yours</figcaption>
          <pre>
            {overlap.mine === '' ? '(deleted)' : <ChangedWords text={overlap.mine} other={overlap.theirs} />}
          </pre>
        </figure>
        <figure>
          <figcaption>Theirs</figcaption>
          <pre>
            {overlap.theirs === '' ? (
              '(deleted)'
            ) : (
              <ChangedWords text={overlap.theirs} other={overlap.mine} />
            )}
          </pre>
        </figure>
      </div>
      {/* The second click of two would settle the next one, unseen. */}
      <div className="choices">
        {CHOICES.map(({ keep, label }) => (
          <button key={keep} type="button" onClick={({ detail }) => detail < 2 && settle(keep)}>
            {label}
          </button>
        ))}
      </div>
    </section>
  );
}
