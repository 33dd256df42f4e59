import { type NotePath, noteName } from '../../core/paths/note-path.ts';
import { NO_ANSWER, PATIENCE_MS } from '../note/note-session.ts';
import { liveNote } from './open-notes.ts';
import { dropTab, tell, useWindow } from './store.ts';

/** Closes a note as the user asks; one whose text is kept nowhere else stays until that is what they mean. */
export async function closeNote(path: NotePath): Promise<void> {
  const live = liveNote(path);
  if (live === undefined || live.session.handedOver) return closeKept(path);
  const { session } = live;
  await Promise.race([session.settle(), new Promise((done) => setTimeout(done, PATIENCE_MS))]);
  if (session.handedOver) return closeKept(session.path);
  const reason = session.danger ?? NO_ANSWER;
  ask(
    session.path,
    `“${noteName(session.path)}” is not saved: ${reason} Closing it now may lose what you typed.`,
  );
}

/** The text would survive the window; the user is told all the same where it is in no file yet. */
function closeKept(path: NotePath): void {
  const save = useWindow.getState().save[path];
  if (save?.kind !== 'failed') return dropTab(path);
  ask(
    path,
    `“${noteName(path)}” is not in its file yet: ${save.reason} What you typed is kept, and written once that works.`,
  );
}

function ask(path: NotePath, text: string): void {
  tell({
    text,
    tone: 'warning',
    sticky: true,
    actions: [{ label: 'Close it all the same', run: () => dropTab(path) }],
  });
}
