import { type NotePath, noteName } from '../../core/paths/note-path.ts';
import type { NoteEditor } from '../editor/editor.ts';
import { NO_ANSWER, type NoteSession, PATIENCE_MS } from '../note/note-session.ts';
import { offerTyped } from './offer-typed.ts';

/** How long a window that is to be closed goes on handing over while that is getting on. */
const LONGEST_HAND_OVER_MS = 2000;

/** An open note's editor and its saving, for those who act on it from outside (commands, dialogs, quitting). */
export interface LiveNote {
  session: NoteSession;
  editor: NoteEditor;
}

const live = new Map<NotePath, LiveNote>();
/** Notes that were closed and whose text is on its way yet. */
const leaving = new Set<LiveNote>();

const sessions = () => [...live.values(), ...leaving].map(({ session }) => session);

export function registerLive(path: NotePath, note: LiveNote): () => void {
  live.set(path, note);
  return () => {
    if (live.get(path) === note) live.delete(path);
  };
}

export function liveNote(path: NotePath | null): LiveNote | undefined {
  return path === null ? undefined : live.get(path);
}

/** Whether a note is still open. */
export function isLive(note: LiveNote): boolean {
  return [...live.values()].includes(note);
}

/** A note is closed: it goes once everything typed in it would survive the window, however long that takes. */
export function letGo(note: LiveNote): void {
  leaving.add(note);
  void note.session
    .settle()
    .then(() => note.session.flush())
    .finally(() => {
      leaving.delete(note);
      note.session.close();
      note.editor.destroy();
    });
}

/** Resolves when everything typed in any open note is in its file, or when that failed. */
export async function flushAll(): Promise<void> {
  await Promise.all(sessions().map((session) => session.flush()));
}

/** The window may be about to go: hands over whatever was typed, without waiting. */
export function handOverAll(): void {
  for (const session of sessions()) session.handOverNow();
}

/** The window is going: hands over whatever no answer has come for, the last time that anything is sent. */
export function handOverAllLast(): void {
  for (const session of sessions()) session.handOverLast();
}

/** Whether something typed in this window is nowhere else yet. */
export function holdsUnsentText(): boolean {
  return sessions().some((session) => !session.handedOver);
}

/** What was typed in this window and may be kept nowhere else, and why, in words; `null` where nothing is in danger. */
export function textInDanger(): string | null {
  return unsaved((session) => session.danger);
}

function unsaved(whyNot: (session: NoteSession) => string | null): string | null {
  const found = sessions().flatMap((session) => {
    const reason = whyNot(session);
    return reason === null ? [] : [`“${noteName(session.path)}” is not saved: ${reason}`];
  });
  return found.length === 0 ? null : found.join('\n');
}

/** The window is to be closed: hands over whatever was typed. Gives what could not be, as {@link textInDanger} does. */
export async function handOverToClose(): Promise<string | null> {
  const within = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
  await Promise.race([flushAll(), within(PATIENCE_MS)]);
  // Of much that waits a part after the other is taken over.
  if (holdsUnsentText() && textInDanger() === null)
    await Promise.race([
      Promise.all(sessions().map((session) => session.settle())),
      within(LONGEST_HAND_OVER_MS),
    ]);
  return unsaved((session) => (session.handedOver ? null : (session.danger ?? NO_ANSWER)));
}

/** Another folder is open: what is typed here must never be written into it. */
export function abandonAll(): void {
  for (const { session, editor } of [...live.values(), ...leaving]) {
    if (!session.handedOver)
      offerTyped(
        editor.text(),
        `“${noteName(session.path)}” could not be saved before another folder was opened.`,
      );
    session.close();
  }
}

/** What is to happen in a note as it is opened. */
export interface Arrival {
  /** Where to go; from 1. */
  line?: number | null;
  /** What was typed for it before it was there. */
  typed?: string;
}

const arrivals = new Map<NotePath, Arrival>();

/** Brings someone to a place of a note: now where it is open, and otherwise once it is there ({@link takeArrival}). */
export function arrive(path: NotePath, arrival: Arrival): void {
  const open = live.get(path);
  if (open !== undefined) return arriveIn(open.editor, arrival);
  const typed = (arrivals.get(path)?.typed ?? '') + (arrival.typed ?? '');
  arrivals.set(path, { ...arrival, typed });
}

/** Brings someone who waits for this note to where they meant to be. */
export function takeArrival(path: NotePath, editor: NoteEditor): void {
  const arrival = arrivals.get(path);
  arrivals.delete(path);
  if (arrival !== undefined) arriveIn(editor, arrival);
}

/** What was typed for a note that cannot be opened; it is the caller's to keep from now on. `''` for nothing. */
export function takeTyped(path: NotePath): string {
  const { typed = '', ...rest } = arrivals.get(path) ?? {};
  if (arrivals.has(path)) arrivals.set(path, rest);
  return typed;
}

function arriveIn(editor: NoteEditor, { line, typed }: Arrival): void {
  if (line) editor.goToLine(line);
  if (typed) typeOrOffer(editor, typed);
}

/** Types what came before the note was there; where the note takes no edits, it is offered to be copied. */
export function typeOrOffer(editor: NoteEditor, typed: string): void {
  if (!editor.type(typed)) offerTyped(typed, 'This note is read only.');
}
