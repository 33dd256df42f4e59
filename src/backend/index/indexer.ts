import { realpathSync, statSync } from 'node:fs';
import { folderOf, isNoteName, type VaultPath } from '../../core/paths/note-path.ts';
import { onDisk } from '../vault/contain.ts';
import { MAX_NOTE_BYTES } from '../vault/decode.ts';
import { faultCode, faultReason } from '../vault/file-fault.ts';
import { readRegularSync } from '../vault/read-regular.ts';
import { examinePath, type ScannedFile, type ScanProblem, walkVault } from '../vault/scan.ts';
import { sweepLeftovers } from '../vault/sweep.ts';
import { findMissing, missingProblem } from './missing.ts';
import { nameOnly, recordOf } from './note-record.ts';
import type { ReadAhead, Readers } from './read-ahead.ts';
import type { KnownFile, Store } from './store.ts';

const BATCH_FILES = 2000;
/** Of notes that are read ahead, so many are waited for at first, so that there is soon something to be found. */
const FIRST_READ = 100;
/** Then more and more: each transaction writes another segment of the full text, and sixteen are merged. */
const MOST_TRANSACTIONS = 10;
/** A transaction ends after this long, so that readers and waiting hints see progress. */
const BATCH_MS = 500;

/** What one transaction did. */
export interface Step {
  done: number;
  total: number;
  /** Whether anything that a query could show is different. */
  changed: boolean;
  /** Notes that are not what the owner last heard, with the revision they have now; `null` for those that are gone. */
  notes: { path: string; revision: string | null; added: boolean }[];
}

/** Keeps a store equal to a folder. Each generator does one bounded transaction a step; a promise it gives is to be waited for first. */
export class Indexer {
  readonly #root: string;
  readonly #store: Store;
  readonly #told: ReadonlyMap<string, string>;
  /** Something was met that only a whole scan can judge: a name that is not UTF-8, notes that vanish. The owner takes this back. */
  wantsScan = false;
  /** The user said that the missing notes are gone: the next scan lets them go. The owner takes this back. */
  acceptsMissing = false;
  /** The folder that was scanned: what is mounted or made in its place is another, whatever its path. */
  #scannedRoot: string | null = null;
  readonly #readers: Readers | null;
  /** What other threads have read of the notes that are taken in just now. */
  #ahead: ReadAhead | null = null;
  /** Notes as the scan that is under way found them (`null`: not looked at yet), with what was known of them; none once anything is hinted. */
  #found = new Map<string, { file: ScannedFile | null; known: KnownFile | null }>();
  /** Folders that are reached without a link, for the length of one transaction. */
  #plainFolders = new Map<string, boolean>();

  /**
   * `told` holds the revision of each note as the owner last heard it; the owner keeps it up to date. It is no copy of the store:
   * another process (the terminal beside a window) writes there too. `readers` read many notes ahead.
   */
  constructor(root: string, store: Store, told: ReadonlyMap<string, string>, readers: Readers | null) {
    this.#root = root;
    this.#readers = readers;
    this.#store = store;
    this.#told = told;
  }

  /** Compares the whole folder with the store and takes in what differs. Notes that vanished in great number are kept as missing. */
  *scan(): Generator<Step | Promise<void>> {
    const files = this.#store.files();
    const known = new Map(files.map((file) => [file.path, file]));
    const todo: string[] = [];
    const attachments: string[] = [];
    const added: ScannedFile[] = [];
    const ahead = this.#readers?.begin() ?? null;
    const problems = new Map<string, ScanProblem>();
    const closed: string[] = [];
    const leftovers: { path: string; mtimeMs: number }[] = [];
    const root = this.#rootNow();
    this.#found = new Map();
    // Where nothing is known, each note is looked at when it is read.
    for (const found of walkVault(this.#root, '', files.length > 0 || ahead === null)) {
      if (found.kind === 'unexamined') {
        todo.push(found.path);
        ahead?.add(found.path);
        this.#found.set(found.path, { file: null, known: null });
      } else if (found.kind === 'problem') problems.set(found.path, found);
      else if (found.kind === 'closed') closed.push(found.path);
      else if (found.kind === 'leftover') leftovers.push(found);
      else {
        const file = known.get(found.path);
        known.delete(found.path);
        if (file === undefined && found.kind === 'note') added.push(found);
        if (file !== undefined && isSame(file, found)) continue;
        if (found.kind === 'note') {
          todo.push(found.path);
          ahead?.add(found.path);
          this.#found.set(found.path, { file: found, known: file ?? null });
        } else attachments.push(found.path);
      }
    }
    todo.push(...attachments);
    sweepLeftovers(this.#root, leftovers);
    if (this.#isEmptyInPlaceOf(root, files.length - known.size + todo.length)) {
      closed.push('');
      problems.set('', AWAY);
    } else if (root !== null) this.#scannedRoot = root;
    // What lies in a folder that could not be read is not gone.
    const hidden = (path: string) => closed.some((folder) => folder === '' || path.startsWith(`${folder}/`));
    const gone = [...known.values()].filter(({ path }) => !hidden(path));
    const missing = this.#missingOf(gone, added, { problems, hidden });
    const going = new Set(gone.flatMap(({ path }) => (missing.has(path) ? [] : [path])));
    todo.push(...going);
    const first = this.#replaceProblems(problems, todo.length, missing);
    this.#hearOthers(files, new Set(todo), first);
    yield first;
    yield* this.#refreshAll(todo, (path) => going.has(path), ahead);
  }

  /** The notes to keep although the scan did not find them. What was missing and now lies in a closed folder stays so. */
  #missingOf(
    gone: readonly KnownFile[],
    added: readonly ScannedFile[],
    { problems, hidden }: { problems: ReadonlyMap<string, unknown>; hidden: (path: string) => boolean },
  ): Set<string> {
    const before = this.#store.missing();
    const accepted = this.acceptsMissing ? before : new Set();
    const notes = gone.filter(
      ({ kind, path }) => kind === 'note' && !problems.has(path) && !accepted.has(path),
    );
    const missing = this.#findMissing(notes, added);
    for (const path of before) if (hidden(path)) missing.add(path);
    return missing;
  }

  /** Looks at these places of the vault only: files, folders with all that is in them, or what is gone. */
  *hints(paths: readonly string[]): Generator<Step | Promise<void>> {
    // What a scan found may be what is different now.
    this.#found = new Map();
    const todo = new Set<string>();
    const problems = new Map<string, ScanProblem>();
    const knownProblems = this.#store.walkProblems();
    for (const path of paths) {
      todo.add(path);
      for (const file of this.#store.filesUnder(path)) todo.add(file.path);
      for (const problem of knownProblems) if (problem.path.startsWith(`${path}/`)) todo.add(problem.path);
      this.#plainFolders = new Map();
      if (!this.#isPlain(path) || examinePath(this.#root, path) !== 'folder') continue;
      for (const found of walkVault(this.#root, path)) {
        if (found.kind === 'problem') problems.set(found.path, found);
        else if (found.kind !== 'leftover') todo.add(found.path);
      }
    }
    // Nothing happens to a link when its target changes.
    for (const file of this.#store.linkedFiles()) todo.add(file.path);
    for (const { path, code } of knownProblems) if (code.startsWith('link-')) todo.add(path);
    if ([...todo].some(isLossy)) this.wantsScan = true;
    const looked = [...todo].filter((path) => !problems.has(path) && !isLossy(path));
    const held = this.#holdBack(looked);
    const ahead = this.#readers?.begin() ?? null;
    const notes = looked.filter(isNoteName);
    for (const path of notes) ahead?.add(path);
    yield* this.#refreshAll([...new Set([...notes, ...looked])], (path) => !held.has(path), ahead);
    if (problems.size > 0) yield this.#addProblems(problems);
  }

  /** Those of the paths that are not forgotten by a hint: missing notes, and any when too many vanished at once. */
  #holdBack(paths: readonly string[]): Set<string> {
    const gone: KnownFile[] = [];
    const added: ScannedFile[] = [];
    this.#plainFolders = new Map();
    for (const path of paths) {
      const known = this.#store.file(path);
      const found = this.#isPlain(path) ? examinePath(this.#root, path) : null;
      if (found === null || found === 'folder') {
        if (known?.kind === 'note') gone.push(known);
      } else if (known === null && found.kind === 'note') added.push(found);
    }
    return this.#findMissing(gone, added);
  }

  #findMissing(gone: readonly KnownFile[], added: readonly ScannedFile[]): Set<string> {
    const store = this.#store;
    const copies = (of: readonly KnownFile[]) => store.copiesOf(of);
    return findMissing(gone, { known: store.countNotes(), added, before: store.missing(), copies });
  }

  #addProblems(problems: Map<string, ScanProblem>): Step {
    const step: Step = { done: 0, total: 0, changed: false, notes: [] };
    this.#store.transact(() => {
      for (const problem of problems.values()) this.#refuse(problem, step);
    });
    return step;
  }

  #refuse(problem: ScanProblem, step: Step): void {
    step.changed = this.#store.setProblem(problem.path, 'walk', problem) || step.changed;
    if (problem.code !== 'unreadable') this.#forget(problem.path, step);
  }

  #replaceProblems(problems: Map<string, ScanProblem>, total: number, missing: ReadonlySet<string>): Step {
    let changed = false;
    this.#store.transact(() => {
      for (const { path } of this.#store.walkProblems())
        if (!problems.has(path)) changed = this.#store.setProblem(path, 'walk', null) || changed;
      for (const problem of problems.values())
        changed = this.#store.setProblem(problem.path, 'walk', problem) || changed;
      for (const path of this.#store.missing())
        if (!missing.has(path)) changed = this.#store.setMissing(path, false) || changed;
      for (const path of missing) changed = this.#store.setMissing(path, true) || changed;
      changed = this.#tellMissing() || changed;
    });
    return { done: 0, total, changed, notes: [] };
  }

  /** What another process put into the store since the owner last heard of it. */
  #hearOthers(files: readonly KnownFile[], todo: ReadonlySet<string>, step: Step): void {
    const notes = new Map(files.flatMap(({ path, kind, hash }) => (kind === 'note' ? [[path, hash]] : [])));
    for (const [path, hash] of notes) if (!todo.has(path)) this.#note(path, hash, step);
    for (const path of this.#told.keys())
      if (!notes.has(path) && !todo.has(path)) this.#note(path, null, step);
  }

  #note(path: string, revision: string | null, step: Step): void {
    const before = this.#told.get(path) ?? null;
    // A note that could not be read has no revision to tell.
    if (before === revision || revision === '') return;
    step.changed = true;
    step.notes.push({ path, revision, added: before === null });
  }

  /** One problem tells of all missing notes. Gives whether it is different. */
  #tellMissing(): boolean {
    return this.#store.setProblem('', 'count', missingProblem(this.#store.countMissing()));
  }

  /**
   * Notes that are not there are forgotten where `mayForget` says so, and otherwise left to a later scan. The first of the paths are those
   * that are being read ahead.
   */
  *#refreshAll(
    paths: readonly string[],
    mayForget: (path: string) => boolean,
    readAhead: ReadAhead | null,
  ): Generator<Step | Promise<void>> {
    const ahead = readAhead?.complete() === true ? readAhead : null;
    if (ahead === null) this.#readers?.endIdle();
    for (let done = 0; done < paths.length; ) {
      const most = Math.min(BATCH_FILES, Math.ceil(paths.length / MOST_TRANSACTIONS));
      if (ahead !== null) yield ahead.upTo(done + Math.max(FIRST_READ, Math.min(done, most)));
      const arrived = Math.min(paths.length, Math.max(done + 1, ahead?.arrived() ?? paths.length));
      this.#ahead = ahead;
      const step: Step = { done, total: paths.length, changed: false, notes: [] };
      const started = performance.now();
      this.#plainFolders = new Map();
      this.#store.transact(() => {
        do {
          this.#refresh(paths[done] ?? '', step, mayForget);
          done += 1;
        } while (done < arrived && done - step.done < BATCH_FILES && performance.now() - started < BATCH_MS);
        step.changed = this.#tellMissing() || step.changed;
      });
      yield { ...step, done };
    }
  }

  /** Makes the store know `path` as it is now. */
  #refresh(path: string, step: Step, mayForget: (path: string) => boolean): void {
    const walked = this.#found.get(path);
    this.#found.delete(path);
    const file =
      walked?.file ?? (walked === undefined ? null : (this.#ahead?.fileAt(path as VaultPath) ?? null));
    // Read after the walk and the same: nobody said anything since, so that it need not be looked at once more.
    if (walked !== undefined && file !== null && this.#ahead?.has(file) === true) {
      step.changed = this.#store.setProblem(path, 'walk', null) || step.changed;
      return this.#take(file, walked.known, step);
    }
    const found = this.#isPlain(path) ? examinePath(this.#root, path) : null;
    const known = this.#store.file(path);
    if (found !== null && found !== 'folder' && found.kind === 'problem') {
      this.#refuse(found, step);
    } else {
      step.changed = this.#store.setProblem(path, 'walk', null) || step.changed;
      if (found !== null && found !== 'folder') this.#take(found, known, step);
      else if (mayForget(path)) this.#forget(path, step);
      else if (!this.#store.isMissing(path)) this.wantsScan = true;
    }
  }

  #take(file: ScannedFile, known: KnownFile | null, step: Step): void {
    if (this.#store.setMissing(file.path, false)) {
      step.changed = true;
      // The others may be there again, too.
      this.wantsScan = true;
    }
    if (known !== null && isSame(known, file)) {
      if (known.kind === 'note') this.#note(known.path, known.hash, step);
      return;
    }
    if (file.kind === 'attachment') {
      this.#store.putAttachment(file);
      step.changed = true;
      return;
    }
    let record = this.#ahead?.take(file) ?? null;
    try {
      record ??= recordOf(
        file.path,
        readRegularSync(onDisk(this.#root, file.path), MAX_NOTE_BYTES),
        file.size,
      );
    } catch (error) {
      this.#unreadable(file, known, error, step);
      return;
    }
    if (known?.hash === record.hash) {
      this.#store.touchNote(file);
      step.changed = this.#store.setProblem(file.path, 'note', record.problem) || step.changed;
    } else {
      this.#store.putNote(file, record);
      step.changed = true;
    }
    this.#note(file.path, record.hash, step);
  }

  /** A note that cannot be read now keeps what was known of it; a new one is known by its name. */
  #unreadable(file: ScannedFile, known: KnownFile | null, error: unknown, step: Step): void {
    if (faultCode(error) === 'ENOENT') {
      this.#forget(file.path, step);
      return;
    }
    const problem = { code: 'unreadable', message: `It could not be read: ${faultReason(error)}.` };
    if (known === null) {
      this.#store.putNote(file, nameOnly(file.path, problem));
      step.changed = true;
    } else step.changed = this.#store.setProblem(file.path, 'note', problem) || step.changed;
  }

  #forget(path: string, step: Step): void {
    // When the vault itself is away, everything looks gone.
    if (this.#rootNow() !== this.#scannedRoot) {
      this.wantsScan = true;
      return;
    }
    if (this.#store.remove(path)) step.changed = true;
    this.#note(path, null, step);
  }

  #rootNow(): string | null {
    const stat = statSync(this.#root, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? null : `${stat.dev} ${stat.ino}`;
  }

  /** Whether another folder with nothing in it, such as the place where a disk was mounted, has taken the vault's place. */
  #isEmptyInPlaceOf(root: string | null, found: number): boolean {
    return found === 0 && this.#scannedRoot !== null && root !== null && root !== this.#scannedRoot;
  }

  /** Whether `path` lies in folders of its own vault: through a link to a folder it would be there twice, or be outside. */
  #isPlain(path: string): boolean {
    const folder = folderOf(path);
    if (folder === '') return true;
    const known = this.#plainFolders.get(folder);
    if (known !== undefined) return known;
    let plain = true;
    try {
      const place = onDisk(this.#root, folder);
      plain = realpathSync.native(place) === place;
    } catch {
      // Gone or closed: examining the path itself says which.
    }
    this.#plainFolders.set(folder, plain);
    return plain;
  }
}

const AWAY: ScanProblem = {
  kind: 'problem',
  path: '',
  code: 'unreadable',
  message: 'The folder was replaced by an empty one. Nothing was removed; connect its disk again.',
};

/** A name with bytes that are not UTF-8 was read as this, so it names nothing on disk. */
const isLossy = (path: string) => path.includes('\ufffd');

function isSame(known: KnownFile, found: ScannedFile): boolean {
  if (known.kind !== found.kind || known.linked !== Number(found.linked)) return false;
  if (found.kind === 'attachment') return true;
  // It could not be read when it was looked at: that may be over.
  if (known.hash === '') return false;
  return known.size === found.size && known.mtime_ms === found.mtimeMs && known.ctime_ms === found.ctimeMs;
}
