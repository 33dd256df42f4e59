import { type ErrorShape, RambleError } from '../../contract/errors.ts';
import type { NotePath } from '../../core/paths/note-path.ts';
import { WorkerThread } from '../worker-thread.ts';
import { HeldHints } from './held-hints.ts';
import { indexFile, inodeOf } from './open-database.ts';
import { PendingQueries } from './pending-queries.ts';
import type { FromReader, FromWriter, Progress, Summary, ToReader, ToWriter } from './protocol.ts';
import type { Queries } from './queries/all.ts';

export interface IndexOptions {
  /** The vault's folder, without links. */
  root: string;
  /** The vault's own folder in the app's data folder; made when missing. */
  dataFolder: string;
  /** The built (or source) module `worker`. */
  workerModule: string | URL;
  /** How far a scan is, at most ten times a second; `null` when it has ended. */
  onProgress(progress: Progress | null): void;
  /** How many notes there are, and the files that cannot be used (the first 200), whenever that may be different. */
  onSummary(summary: Summary): void;
  /** Something that a query could show is different. */
  onUpdated(): void;
  /** A note was added or its bytes changed (`revision` is what they are now), or it is gone (`null`). Not told on the first build. */
  onNoteChanged(path: NotePath, revision: string | null): void;
  /** The index itself is in trouble, in words; `null` once it is not any more. */
  onProblem?(message: string | null): void;
}

/**
 * How long the threads wait for somebody to need them. Loading them all at once keeps the processors busy for as long as everything
 * that a window needs until it can be typed in.
 */
const BEGIN_MS = 1000;
/** How long after the writer a reader begins that nobody has asked for anything. */
const IDLE_READERS_MS = 3000;

type QueryCalls = {
  [Name in keyof Queries]: Queries[Name] extends (context: never, ...args: infer Args) => infer Value
    ? (...args: Args) => Promise<Value>
    : never;
};

/**
 * What is known of a vault. Queries are answered from what is indexed so far; `settled()` first waits for everything. Each throws
 * {@link RambleError}, `internal` where the index does not answer.
 */
export interface Index extends QueryCalls {
  /** Compares the whole folder with the index; resolves when that is done. Throws as `settled()` does. */
  scanNow(): Promise<void>;
  /**
   * Lets go of the notes that were kept as missing (a problem with the code `missing` tells of them) and are still not there; each is
   * told as gone. Resolves when that is done. While the vault's folder itself is away, nothing is let go. Throws as `settled()` does.
   */
  acceptMissing(): Promise<void>;
  /** Holds the scan where it is, or goes on with it; what is hinted is looked at all the same. Between scans there is nothing to hold. */
  pause(paused: boolean): void;
  /** Something may have changed at these vault-relative paths. A large note is looked at when the typing in it rests. */
  hint(paths: readonly string[]): void;
  /** Something may have changed anywhere. */
  hintAll(): void;
  /** The note at `path`, of `length` UTF-16 code units, was just typed in: it will be saved, and hinted, soon. */
  typed(path: NotePath, length: number): void;
  /**
   * Resolves when the first scan, and everything asked for since, is in the index: it is whole. Throws `conflict` where the scan is
   * held, `io` where the disk is full: who needs every note must not take a part for it.
   */
  settled(): Promise<void>;
  /** Ends all threads. Queries fail from now on. */
  close(): Promise<void>;
}

interface Settling {
  /** How often the writer had been given something to do when this was asked. */
  given: number;
  resolve(): void;
  reject(error: RambleError): void;
}

/**
 * Opens the index of a vault, and brings it up to date on threads of its own: as soon as somebody asks for something, or a second later.
 * Nothing here waits for them.
 */
export function openIndex(options: IndexOptions): Index {
  const { root, workerModule } = options;
  const file = indexFile(options.dataFolder);
  const settling = new Map<number, Settling>();
  let nextId = 1;
  let isPaused = false;
  let hasBegun = false;
  let ended: RambleError | null = null;
  /** How often the writer was given something to do. */
  let given = 0;
  /** The file that holds everything that was given so far; `null` where that is not known. */
  let whole: number | null = null;

  const giveUp = (reason: string) => {
    const message = `Search and links do not work (${reason}). Close Evening Ramble and start it again.`;
    end(new RambleError('internal', message));
    options.onProblem?.(message);
  };
  const end = (error: RambleError) => {
    ended = error;
    for (const { queries } of readers) queries.end(error);
    for (const { reject } of settling.values()) reject(error);
    settling.clear();
  };

  const writer = new WorkerThread<ToWriter, FromWriter>(
    workerModule,
    { role: 'writer', root, file, module: String(workerModule) },
    {
      onMessage: receiveFromWriter,
      onRestarted() {
        giveWork();
        if (isPaused) writer.post({ type: 'pause', paused: true });
        for (const id of settling.keys()) writer.post({ type: 'settle', id });
      },
      onGivenUp: giveUp,
    },
  );
  const startReader = () => {
    const thread = new WorkerThread<ToReader, FromReader>(
      workerModule,
      { role: 'reader', root, file, module: String(workerModule) },
      {
        onMessage(message) {
          const check = queries.receive(message);
          if (check !== null) giveWork({ type: 'check', damaged: check.damaged });
        },
        onRestarted: () => queries.askAgain(),
        onGivenUp: giveUp,
      },
    );
    const queries = new PendingQueries((message) => thread.post(message));
    let hasThread = false;
    const beginOnce = () => {
      if (hasThread || ended !== null) return;
      hasThread = true;
      thread.begin();
    };
    return { thread, queries, begin: beginOnce };
  };
  // Whoever goes to a note does not wait for somebody's search.
  const [quickReader, patientReader] = [startReader(), startReader()];
  const readers = [quickReader, patientReader];

  const beginning = setTimeout(begin, BEGIN_MS);
  function begin() {
    if (hasBegun || ended !== null) return;
    hasBegun = true;
    clearTimeout(beginning);
    writer.begin();
    if (isPaused) writer.post({ type: 'pause', paused: true });
  }

  function giveWork(...messages: ToWriter[]): void {
    given += 1;
    whole = null;
    for (const message of messages) writer.post(message);
  }

  // What is hinted before they begin is found by their first scan.
  const hints = new HeldHints((paths) => giveWork({ type: 'hint', paths }));

  function receiveFromWriter(message: FromWriter): void {
    switch (message.type) {
      case 'ready':
        // It begins with a scan of the whole folder.
        giveWork();
        // Those that nobody asks yet: what is typed meanwhile needs a processor, and many a command ends without them.
        setTimeout(() => {
          for (const reader of readers) reader.begin();
        }, IDLE_READERS_MS).unref();
        for (const { queries } of readers) queries.release();
        break;
      case 'progress':
        if (message.progress === null) isPaused = false;
        options.onProgress(message.progress);
        break;
      case 'updated':
        options.onSummary(message.summary);
        options.onUpdated();
        break;
      case 'notes':
        for (const { path, revision } of message.notes) options.onNoteChanged(path as NotePath, revision);
        break;
      case 'settled':
        settle(message.id, message.lacking);
        break;
      case 'problem':
        options.onProblem?.(message.message);
        break;
    }
  }

  function settle(id: number, lacking: ErrorShape | null): void {
    const asked = settling.get(id);
    settling.delete(id);
    if (lacking !== null) asked?.reject(RambleError.fromShape(lacking));
    else {
      if (asked?.given === given) whole = inodeOf(file);
      asked?.resolve();
    }
  }

  function hintAll() {
    giveWork({ type: 'scan' });
  }

  function settled(): Promise<void> {
    if (ended !== null) return Promise.reject(ended);
    begin();
    const id = nextId;
    nextId += 1;
    hints.release();
    // Somebody may have taken the file away since, and the writer not have seen it.
    if (whole !== null && inodeOf(file) === whole) return Promise.resolve();
    return new Promise((resolve, reject) => {
      settling.set(id, { given, resolve, reject });
      writer.post({ type: 'settle', id });
    });
  }

  function ask<Name extends keyof Queries>(name: Name, reader = quickReader): QueryCalls[Name] {
    const { queries } = reader;
    return ((...args: unknown[]) => {
      begin();
      reader.begin();
      return queries.ask(name, args);
    }) as QueryCalls[Name];
  }

  return {
    quick: ask('quick'),
    preview: ask('preview'),
    linkTargets: ask('linkTargets'),
    textSearch: ask('textSearch', patientReader),
    backlinks: ask('backlinks'),
    mentions: ask('mentions', patientReader),
    outgoing: ask('outgoing'),
    resolve: ask('resolve'),
    tags: ask('tags'),
    tagged: ask('tagged'),
    maps: ask('maps'),
    listNotes: ask('listNotes'),
    rambles: ask('rambles'),
    inspect: ask('inspect', patientReader),
    moveScope: ask('moveScope'),
    partScope: ask('partScope'),
    filesUnder: ask('filesUnder'),
    linkingTo: ask('linkingTo'),
    pathsCalled: ask('pathsCalled'),
    notesWithQueries: ask('notesWithQueries'),
    settled,
    scanNow() {
      begin();
      hintAll();
      return settled();
    },
    acceptMissing() {
      begin();
      giveWork({ type: 'accept-missing' });
      return settled();
    },
    pause(paused) {
      isPaused = paused;
      writer.post({ type: 'pause', paused });
    },
    hint: (paths) => hints.hint(paths),
    hintAll,
    typed: (path, length) => hints.typed(path, length),
    async close() {
      hints.close();
      clearTimeout(beginning);
      end(new RambleError('disconnected', 'The vault was closed.'));
      await Promise.all(readers.map(({ thread }) => thread.close({ type: 'close' })));
      // The last to go leaves one whole file behind.
      await writer.close({ type: 'close' });
    },
  };
}
