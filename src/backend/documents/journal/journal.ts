import { RambleError } from '../../../contract/errors.ts';
import { WorkerThread } from '../../worker-thread.ts';
import type { Entry, FromJournal, JournalStart, Question, Questions, ToJournal } from './protocol.ts';

/** What is typed, durably kept on a thread of its own before it is in any file; and the past of every note. */
export interface Journal {
  /** Keeps entries, all or none; resolves once they survive a loss of power. Throws `io` with the reason. */
  commit(entries: Entry[]): Promise<void>;
  /** The same for what must not happen unless it is kept: does not wait for a journal that cannot be used just now. */
  commitNow(entries: Entry[]): Promise<void>;
  /** Throws `io` where the journal cannot answer. */
  ask<Name extends Question>(
    question: Name,
    ...args: Parameters<Questions[Name]>
  ): Promise<ReturnType<Questions[Name]>>;
  /** Thins out what is older than the policy keeps, in between everything else. Gives how many edits went. Throws `io`. */
  thinOut(now: number): Promise<number>;
  /** Resolves at once while the journal cannot be used, otherwise when that begins. */
  troubled(): Promise<void>;
  /** Resolves when everything committed so far is kept. */
  close(): Promise<void>;
}

const CLOSE_MS = 3000;

interface Waiting {
  message: ToJournal & { id: number };
  resolve(value: unknown): void;
  reject(error: RambleError): void;
}

export interface JournalOptions {
  file: string;
  workerModule: string | URL;
  /** What is wrong with the journal, in words; `null` when it is well again. */
  onProblem(message: string | null): void;
  /** The journal had to be begun anew: what it is told of a document from now on must begin with its text. */
  onBegunAnew(): void;
}

/** Starts the journal's thread. Nothing here waits for it. */
export function startJournal({ file, workerModule, onProblem, onBegunAnew }: JournalOptions): Journal {
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let ended: RambleError | null = null;

  const end = (message: string) => {
    ended = new RambleError('io', message);
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };

  let trouble = createSignal();

  const start: JournalStart = { file };
  const thread = new WorkerThread<ToJournal, FromJournal>(workerModule, start, {
    onMessage(message) {
      if (message.type === 'problem') {
        if (!message.isUsable) trouble.give();
        else if (trouble.isGiven) trouble = createSignal();
        return onProblem(message.message);
      }
      if (message.type === 'begun-anew') return onBegunAnew();
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.type === 'done') asked?.resolve(message.value);
      else asked?.reject(new RambleError('io', message.message));
    },
    onRestarted() {
      // What was kept already is kept once.
      for (const { message } of waiting.values()) thread.post(message);
    },
    onGivenUp(reason) {
      trouble.give();
      end(`The history of the notes cannot be kept (${reason}).`);
      onProblem(`What you type is saved in its note, but its history is not kept: ${reason}.`);
    },
  });
  thread.begin();

  function send(message: ToJournal & { id: number }): Promise<unknown> {
    if (ended !== null) return Promise.reject(ended);
    return new Promise((resolve, reject) => {
      waiting.set(message.id, { message, resolve, reject });
      thread.post(message);
    });
  }
  const newId = () => {
    nextId += 1;
    return nextId;
  };

  return {
    commit: async (entries) => {
      await send({ type: 'commit', id: newId(), entries, patient: true });
    },
    commitNow: async (entries) => {
      await send({ type: 'commit', id: newId(), entries, patient: false });
    },
    ask: async (question, ...args) => (await send({ type: 'ask', id: newId(), question, args })) as never,
    thinOut: async (now) => (await send({ type: 'thin-out', id: newId(), now })) as number,
    troubled: () => trouble.promise,
    async close() {
      // Messages are taken in order: when an empty commit is done, so is everything before it.
      const last = send({ type: 'commit', id: newId(), entries: [], patient: true }).catch(() => undefined);
      await Promise.race([last, new Promise((done) => setTimeout(done, CLOSE_MS).unref())]);
      end('The vault was closed.');
      await thread.close({ type: 'close' });
    },
  };
}

/** A promise that somebody keeps. */
function createSignal() {
  const signal = { promise: Promise.resolve(), isGiven: false, give: () => {} };
  signal.promise = new Promise((done) => {
    signal.give = () => {
      signal.isGiven = true;
      done();
    };
  });
  return signal;
}
