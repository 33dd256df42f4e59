import { folderOf, isNoteName, joinPath, nameKey, noteName, withoutEnding } from '../paths/note-path.ts';
import { fileKey } from './moved-paths.ts';
import { type Candidates, createResolver, isRelative } from './resolve.ts';

/** A link's target as it is written now, and what it has to mean. */
export interface Spelling {
  /** As it is written, decoded. */
  target: string;
  /** The file that it means, by its path before and after the rename. */
  meant: { before: string; after: string };
  /** The note that it stands in, by its path before and after the rename. */
  source: { before: string; after: string };
  /** Readers other than Obsidian's take such a link from the note's own folder. */
  isMarkdown: boolean;
  /** The link itself goes from one note to the other: what it says from its folder, it says from another then. */
  isMoved?: boolean;
}

/**
 * How a link's target is written after a rename so that it means the same file: as it is where that still holds, else in the way it
 * was written (relative, with its folders, with `.md`), the bare name only where no other file has it, else the whole path. `null` where
 * no way of writing it means that file.
 */
export function spellTarget(
  spelling: Spelling,
  after: Candidates,
  resolve = createResolver(after),
): string | null {
  const { target, meant, source, isMarkdown } = spelling;
  const means = (written: string) =>
    isWritable(written, isMarkdown) && resolve(written, source.after) === meant.after;
  const isOldName = lastOf(target).normalize('NFC') === shownName(meant.before, target).normalize('NFC');
  const isRenamed = lastOf(meant.before) !== lastOf(meant.after);
  // Where a name only changes its letter case, a link that was written just as the name goes on being so.
  if (!(isOldName && isRenamed) && !isLeftBehind(spelling) && means(target)) return target;
  for (const written of ways(spelling, after)) if (means(written)) return written;
  return means(target) ? target : null;
}

/** Whether a link that moves said the way from its folder, and from where it is now would say another. */
export function isLeftBehind({ target, meant, source, isMarkdown, isMoved = false }: Spelling): boolean {
  if (!isMoved || target === '' || target.startsWith('/')) return false;
  if (!isMarkdown && !isRelative(target)) return false;
  const leads = (from: string, to: string) => pathKey(pathFrom(folderOf(from), target) ?? '') === pathKey(to);
  return leads(source.before, meant.before) && !leads(source.after, meant.after);
}

/** The path that a target says from a folder; `null` where it leads out of the vault. */
function pathFrom(folder: string, target: string): string | null {
  const segments = folder === '' ? [] : folder.split('/');
  for (const segment of target.split('/')) {
    if (segment === '.' || segment === '') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return null;
  }
  return segments.join('/');
}

function* ways(spelling: Spelling, after: Candidates): Generator<string> {
  const { target, meant, source, isMarkdown } = spelling;
  const full = withEnding(meant.after, target);
  const relative = relativePath(folderOf(source.after), full);
  if (isLeftBehind(spelling) && !target.startsWith('./')) yield relative;
  if (isRelative(target))
    yield target.startsWith('./') && !relative.startsWith('../') ? `./${relative}` : relative;
  else if (target.startsWith('/')) yield `/${full}`;
  else {
    const before = pathKey(meant.before);
    const isWhole = target.includes('/') && before === pathKey(target);
    const isBeside = before === pathKey(joinPath(folderOf(source.before), target));
    // Readers that know folders only find a Markdown link so, too.
    if (!isWhole && isBeside && (isMarkdown || (target.includes('/') && !relative.startsWith('../'))))
      yield relative;
    if (!target.includes('/')) {
      if (after(fileKey(meant.after)).length === 1) yield lastOf(full);
    } else if (!isWhole && !isBeside) yield full.split('/').slice(-target.split('/').length).join('/');
  }
  yield full;
  // A file in a folder whose name no link can hold may still have a name of its own.
  yield lastOf(full);
}

/** Whether a target can be written at all: between brackets some signs end it, in a destination all can be encoded. */
const isWritable = (written: string, isMarkdown: boolean) =>
  written.trim() === written && (isMarkdown || !/[#|\n]|\[\[|\]\]/.test(written));

const lastOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

const pathKey = (path: string) => nameKey(withoutEnding(path));

/** A path with `.md` where the target that it takes the place of has it. */
function withEnding(path: string, target: string): string {
  return isNoteName(target) ? path : withoutEnding(path);
}

function shownName(path: string, target: string): string {
  return isNoteName(path) && !isNoteName(target) ? noteName(path) : lastOf(path);
}

/** The way from a folder to a file. */
function relativePath(folder: string, path: string): string {
  const from = folder === '' ? [] : folder.split('/');
  const to = path.split('/');
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common += 1;
  return [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/');
}
