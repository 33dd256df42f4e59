import { setImmediate } from 'node:timers/promises';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { isDamage, sqliteCode } from '../../sqlite.ts';
import { openJournal } from './open-journal.ts';
import type { Entry, FromJournal, JournalStart, Questions, ToJournal } from './protocol.ts';
import { JournalStore } from './store.ts';

const port = parentPort;
if (port === null) throw new Error('the journal’s worker runs in a worker thread only');
const post = (message: FromJournal) => port.postMessage(message);
const { file } = workerData as JournalStart;

const RETRY_MS = 250;
let store: JournalStore | null = null;
let close: () => void = () => {};
/** What came before the journal was open. */
let waiting: ToJournal[] = [];
/** Why the journal could not be opened the last time it was tried. */
let closedBecause: string | null = null;
let closing = false;
/** What was done about a journal that could not be used. */
let notice: string | null = null;
/** Why the last commit failed. */
let fault: string | null = null;

async function open(isSuspect = false): Promise<void> {
  try {
    const opened = await openJournal(file, { isSuspect });
    store = new JournalStore(opened.db);
    closedBecause = null;
    close = () => opened.db.close();
    notice = opened.problem ?? notice;
    post({ type: 'problem', message: fault ?? notice, isUsable: true });
    if (opened.problem !== null) post({ type: 'begun-anew' });
    while (store !== null && waiting.length > 0) receive(waiting.shift() as ToJournal);
  } catch (error) {
    closedBecause = reasonOf(error);
    post({ type: 'problem', message: notKept(error), isUsable: false });
    if (closing) return end();
    const asked = waiting;
    waiting = [];
    for (const message of asked) receive(message);
    setTimeout(() => void open(isSuspect), RETRY_MS);
  }
}

function receive(message: ToJournal): void {
  if (message.type === 'close') closing = true;
  if (store === null) {
    if (message.type === 'close') end();
    else if (message.type === 'commit' && !message.patient && closedBecause !== null)
      post({ type: 'failed', id: message.id, message: closedBecause });
    else waiting.push(message);
    return;
  }
  if (message.type === 'close') end();
  else if (message.type === 'ask') answer(store, message);
  else if (message.type === 'thin-out') void thinOut(store, message);
  else commitAll(store, message);
}

/** The next that came: what waited for the journal to be open is before what has come since. */
function nextMessage(): ToJournal | undefined {
  const waited = waiting.shift();
  if (waited !== undefined || port === null) return waited;
  return (receiveMessageOnPort(port) as { message: ToJournal } | undefined)?.message;
}

/** One fsync for everything that waits. */
function commitAll(into: JournalStore, first: ToJournal & { type: 'commit' }): void {
  const commits = [first];
  let after: ToJournal | undefined;
  while (after === undefined) {
    const next = nextMessage();
    if (next === undefined) break;
    if (next.type === 'commit') commits.push(next);
    else after = next;
  }
  try {
    into.commit(commits.map(({ entries }) => entries));
    for (const { id } of commits) post({ type: 'done', id, value: null });
    if (commits.some(holdsText)) tellFault(null);
  } catch {
    // One that cannot be kept is no reason to lose the others.
    for (const commit of commits) commitOne(into, commit);
  }
  if (after !== undefined) receive(after);
}

function commitOne(into: JournalStore, { id, entries }: ToJournal & { type: 'commit' }): void {
  try {
    into.commit([entries]);
    post({ type: 'done', id, value: null });
    if (holdsText({ entries })) tellFault(null);
  } catch (error) {
    post({ type: 'failed', id, message: reasonOf(error) });
    tellFault(notKept(error));
    if (isDamage(error) && store === into) reopen();
  }
}

/** Where a disk is full, what is small may still find a place: all is well again only when a text does. */
const holdsText = ({ entries }: { entries: Entry[] }) =>
  entries.some(({ type }) => type === 'edited' || type === 'begun');

function tellFault(now: string | null): void {
  if (now === fault) return;
  fault = now;
  post({ type: 'problem', message: fault ?? notice, isUsable: true });
}

function answer(from: JournalStore, { id, question, args }: ToJournal & { type: 'ask' }): void {
  try {
    const ask = from[question] as (...args: unknown[]) => unknown;
    post({
      type: 'done',
      id,
      value: ask.apply(from, args) satisfies unknown as ReturnType<Questions[typeof question]>,
    });
  } catch (error) {
    post({ type: 'failed', id, message: reasonOf(error) });
    if (isDamage(error)) reopen();
  }
}

/** A portion at a time: what came meanwhile is kept and answered in between. */
async function thinOut(of: JournalStore, { id, now }: ToJournal & { type: 'thin-out' }): Promise<void> {
  let gone = 0;
  try {
    for (const edits of of.thinOut(now)) {
      gone += edits;
      await setImmediate();
      // The rest is done the next time.
      if (closing || store !== of) break;
    }
    post({ type: 'done', id, value: gone });
  } catch (error) {
    post({ type: 'failed', id, message: reasonOf(error) });
    if (isDamage(error) && store === of) reopen();
  }
}

/** Damage found while running is treated as at the start: set aside, salvaged, told. */
function reopen(): void {
  store = null;
  try {
    close();
  } catch {
    // It is broken already.
  }
  void open(true);
}

function end(): void {
  try {
    close();
  } finally {
    port?.close();
  }
}

function notKept(error: unknown): string {
  return `What you type is saved in its note, but its history is not kept: ${reasonOf(error)}.`;
}

function reasonOf(error: unknown): string {
  const code = sqliteCode(error);
  if (code === 'SQLITE_FULL') return 'the disk is full';
  if (code.startsWith('SQLITE_BUSY')) return 'another program holds the file';
  if (code.startsWith('SQLITE_READONLY')) return 'the app’s own folder can only be read';
  return error instanceof Error ? `${error.message}${code === '' ? '' : ` (${code})`}` : String(error);
}

port.on('message', receive);
void open();
