import { realpathSync } from 'node:fs';
import { folderOf } from '../../core/paths/note-path.ts';
import { onDisk } from '../vault/contain.ts';
import { faultCode, faultReason } from '../vault/file-fault.ts';
import { examinePath, type ScannedFile, type ScanProblem, walkVault } from '../vault/scan.ts';
import { sweepLeftovers } from '../vault/sweep.ts';
import { readNoteBytes, recordOf } from './note-record.ts';
import type { KnownFile, Store } from './store.ts';

const BATCH_FILES = 200;
/** A transaction ends after this long, so that readers and waiting hints see progress. */
const BATCH_MS = 250;

/** More notes than this, or than this share of all, do not vanish at once unless something is wrong. */
const MOST_VANISHING = { notes: 50, share: 0.2, few: 5 };
const MISSING: Pick<ScanProblem, 'kind' | 'path' | 'code'> = { kind: 'problem', path: '', code: 'missing' };

/** What one transaction did. */
export interface Step {
  done: number;
  total: number;
  /** Whether anything that a query could show is different. */
  changed: boolean;
  /** Notes that are not what the owner last heard, with the revision they have now; `null` for those that are gone. */
  notes: { path: string; revision: string | null; added: boolean }[];
}

/** Keeps a store equal to a folder. Each generator does one bounded transaction a step. */
export class Indexer {
  readonly #root: string;
  readonly #store: Store;
  readonly #told: ReadonlyMap<string, string>;
  /** A name was met that only a whole scan can tell from others (it is not UTF-8). The owner takes this back. */
  wantsScan = false;
  /** The user said that what vanished is gone: the next scan lets it go. The owner takes this back. */
  acceptsMissing = false;
  /** Folders that are reached without a link, for the length of one transaction. */
  #plainFolders = new Map<string, boolean>();

  /**
   * `told` holds the revision of each note as the owner last heard it; the owner keeps it up to date. It is no copy of the store:
   * another process (the terminal beside a window) writes there too.
   */
  constructor(root: string, store: Store, told: ReadonlyMap<string, string>) {
    this.#root = root;
    this.#store = store;
    this.#told = told;
  }

  /** Compares the whole folder with the store and takes in what differs. */
  *scan(): Generator<Step> {
    const files = this.#store.files();
    const known = new Map(files.map((file) => [file.path, file]));
    const todo: string[] = [];
    const problems = new Map<string, ScanProblem>();
    const closed: string[] = [];
    const leftovers: { path: string; mtimeMs: number }[] = [];
    for (const found of walkVault(this.#root)) {
      if (found.kind === 'problem') problems.set(found.path, found);
      else if (found.kind === 'closed') closed.push(found.path);
      else if (found.kind === 'leftover') leftovers.push(found);
      else {
        const file = known.get(found.path);
        known.delete(found.path);
        if (file === undefined || !isSame(file, found)) todo.push(found.path);
      }
    }
    sweepLeftovers(this.#root, leftovers);
    // What lies in a folder that could not be read is not gone.
    const hidden = (path: string) => closed.some((folder) => folder === '' || path.startsWith(`${folder}/`));
    const vanished = [...known.values()].filter(({ path }) => !hidden(path));
    const before = new Set(files.map(({ path }) => path));
    const came = todo.filter((path) => !before.has(path)).length;
    if (this.acceptsMissing || !this.#areTooMany(vanished, came, files))
      for (const { path } of vanished) todo.push(path);
    else problems.set('', missing(vanished));
    const first = this.#replaceProblems(problems, todo.length);
    this.#hearOthers(files, new Set(todo), first);
    yield first;
    yield* this.#refreshAll(todo);
  }

  /** Looks at these places of the vault only: files, folders with all that is in them, or what is gone. */
  *hints(paths: readonly string[]): Generator<Step> {
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
    if ([...todo].some(isLossy) || knownProblems.some(({ code }) => code === MISSING.code))
      this.wantsScan = true;
    const looked = [...todo].filter((path) => !problems.has(path) && !isLossy(path));
    yield* this.#refreshAll(this.#withoutMissing(looked));
    if (problems.size > 0) yield this.#addProblems(problems);
  }

  /** The paths without those at which too many notes vanished at once: a whole scan decides about them. */
  #withoutMissing(paths: string[]): string[] {
    const vanished: KnownFile[] = [];
    let came = 0;
    for (const path of paths) {
      const known = this.#store.file(path);
      const found = examinePath(this.#root, path);
      const isFile = found !== null && found !== 'folder' && found.kind !== 'problem';
      if (known !== null && found === null) vanished.push(known);
      else if (known === null && isFile) came += 1;
    }
    if (!this.#areTooMany(vanished, came, this.#store.files())) return paths;
    this.wantsScan = true;
    const held = new Set(vanished.map(({ path }) => path));
    return paths.filter((path) => !held.has(path));
  }

  /** A folder that was renamed brings as many notes as it takes away. */
  #areTooMany(vanished: readonly KnownFile[], came: number, files: readonly KnownFile[]): boolean {
    const notes = vanished.filter(({ kind }) => kind === 'note').length - came;
    if (notes > MOST_VANISHING.notes) return true;
    const all = files.filter(({ kind }) => kind === 'note').length;
    return notes >= MOST_VANISHING.few && notes > all * MOST_VANISHING.share;
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

  #replaceProblems(problems: Map<string, ScanProblem>, total: number): Step {
    let changed = false;
    this.#store.transact(() => {
      for (const { path } of this.#store.walkProblems())
        if (!problems.has(path)) changed = this.#store.setProblem(path, 'walk', null) || changed;
      for (const problem of problems.values())
        changed = this.#store.setProblem(problem.path, 'walk', problem) || changed;
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

  *#refreshAll(paths: readonly string[]): Generator<Step> {
    for (let done = 0; done < paths.length; ) {
      const step: Step = { done, total: paths.length, changed: false, notes: [] };
      const started = performance.now();
      this.#plainFolders = new Map();
      this.#store.transact(() => {
        do {
          this.#refresh(paths[done] ?? '', step);
          done += 1;
        } while (
          done < paths.length &&
          done - step.done < BATCH_FILES &&
          performance.now() - started < BATCH_MS
        );
      });
      yield { ...step, done };
    }
  }

  /** Makes the store know `path` as it is now. */
  #refresh(path: string, step: Step): void {
    const found = this.#isPlain(path) ? examinePath(this.#root, path) : null;
    const known = this.#store.file(path);
    if (found !== null && found !== 'folder' && found.kind === 'problem') {
      this.#refuse(found, step);
    } else {
      step.changed = this.#store.setProblem(path, 'walk', null) || step.changed;
      if (found === null || found === 'folder') this.#forget(path, step);
      else this.#take(found, known, step);
    }
  }

  #take(file: ScannedFile, known: KnownFile | null, step: Step): void {
    if (known !== null && isSame(known, file)) {
      if (known.kind === 'note') this.#note(known.path, known.hash, step);
      return;
    }
    if (file.kind === 'attachment') {
      this.#store.putAttachment(file);
      step.changed = true;
      return;
    }
    let bytes: Buffer | null;
    try {
      bytes = readNoteBytes(onDisk(this.#root, file.path));
    } catch (error) {
      this.#unreadable(file, known, error, step);
      return;
    }
    const record = recordOf(file.path, bytes, file.size);
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
      const { facts } = recordOf(file.path, null, 0);
      this.#store.putNote(file, { facts, text: '', hash: '', problem });
      step.changed = true;
    } else step.changed = this.#store.setProblem(file.path, 'note', problem) || step.changed;
  }

  #forget(path: string, step: Step): void {
    if (this.#store.remove(path)) step.changed = true;
    this.#note(path, null, step);
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

function missing(vanished: readonly KnownFile[]): ScanProblem {
  const notes = vanished.filter(({ kind }) => kind === 'note').length;
  const message = `${notes.toLocaleString('en')} notes are not in the folder any more, all at once. Search and links still know them. If a disk or a synchronised folder is missing, bring it back; if you deleted them, say so here.`;
  return { ...MISSING, message };
}

/** A name with bytes that are not UTF-8 was read as this, so it names nothing on disk. */
const isLossy = (path: string) => path.includes('\ufffd');

function isSame(known: KnownFile, found: ScannedFile): boolean {
  if (known.kind !== found.kind || known.linked !== Number(found.linked)) return false;
  if (found.kind === 'attachment') return true;
  return known.size === found.size && known.mtime_ms === found.mtimeMs && known.ctime_ms === found.ctimeMs;
}
