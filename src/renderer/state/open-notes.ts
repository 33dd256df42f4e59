import type { NotePath } from '../../core/paths/note-path.ts';
import type { NoteEditor } from '../editor/editor.ts';
import type { NoteSession } from '../note/note-session.ts';

/** An open note's editor and its saving, for those who act on it from outside (commands, dialogs, quitting). */
export interface LiveNote {
  session: NoteSession;
  editor: NoteEditor;
}

const live = new Map<NotePath, LiveNote>();

export function registerLive(path: NotePath, note: LiveNote): () => void {
  live.set(path, note);
  return () => {
    if (live.get(path) === note) live.delete(path);
  };
}

export function liveNote(path: NotePath | null): LiveNote | undefined {
  return path === null ? undefined : live.get(path);
}

/** Resolves when everything typed in any open note is in its file, or when that failed. */
export async function flushAll(): Promise<void> {
  await Promise.all([...live.values()].map((note) => note.session.flush()));
}

/** The window may be about to go: hands over whatever was typed, without waiting. */
export function handOverAll(): void {
  for (const { session } of live.values()) session.handOverNow();
}

/** Another folder is open: what is typed here must never be written into it. */
export function abandonAll(): void {
  for (const note of live.values()) note.session.close();
}

/** Where to go once a note that is being opened is there: a line, from 1. */
const pendingLines = new Map<NotePath, number>();

export function goToLineLater(path: NotePath, line: number): void {
  const open = live.get(path);
  if (open === undefined) pendingLines.set(path, line);
  else open.editor.goToLine(line);
}

export function takePendingLine(path: NotePath): number | null {
  const line = pendingLines.get(path) ?? null;
  pendingLines.delete(path);
  return line;
}
