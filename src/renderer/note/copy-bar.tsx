import { type NotePath, noteName } from '../../core/paths/note-path.ts';
import { useCall, useClient } from '../state/client-context.ts';
import { openNote } from '../state/navigation.ts';
import { showDialog } from '../state/store.ts';

/** A program that synchronises folders could not decide between two versions and left both: says so, and shows what differs. */
export function CopyBar({ path }: { path: NotePath }) {
  const client = useClient();
  const found = useCall('notes.copies', { path }, ['index.updated']);
  const [copy] = found?.copies ?? [];
  const of = found?.of ?? null;
  if (of !== null)
    return (
      <section className="copy-bar" aria-label="A copy of another note">
        <p>This is a copy of “{noteName(of)}” that a synchronising program made.</p>
        <button type="button" onClick={() => void openNote(client, of)}>
          Open the note
        </button>
      </section>
    );
  if (copy === undefined) return null;
  return (
    <section className="copy-bar" aria-label="There is a copy of this note">
      <p>A synchronising program left another version of this note: “{noteName(copy)}”.</p>
      <button type="button" onClick={() => showDialog({ kind: 'compare', path, copy })}>
        Compare
      </button>
    </section>
  );
}
