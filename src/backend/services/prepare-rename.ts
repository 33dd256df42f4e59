import { RambleError } from '../../contract/errors.ts';
import type { RenameWhat } from '../../contract/rename.ts';
import { headingKey } from '../../core/links/link-target.ts';
import { candidatesAfter } from '../../core/links/moved-paths.ts';
import type { Candidates } from '../../core/links/resolve.ts';
import type { Heading } from '../../core/markdown/note-facts.ts';
import { understandNote } from '../../core/markdown/understand.ts';
import { folderOf, type NotePath, nameKey, noteName, type VaultPath } from '../../core/paths/note-path.ts';
import { badNameIn } from '../../core/rename/check-name.ts';
import { followBlock, isBlockId, renameBlockIn } from '../../core/rename/follow-block.ts';
import { followHeading, headingTextAt } from '../../core/rename/follow-heading.ts';
import { followMoves } from '../../core/rename/follow-moves.ts';
import { keepLinks } from '../../core/rename/keep-links.ts';
import { type RenamedInQueries, renameInFences } from '../../core/rename/rename-in-queries.ts';
import { renameTagIn } from '../../core/rename/rename-tag.ts';
import { applyChanges, type NoteChanges } from '../../core/text/text-change.ts';
import type { Documents } from '../documents/documents.ts';
import { type FileMove, isTaken } from '../documents/file-move.ts';
import type { Index } from '../index/index-service.ts';
import type { Vault } from '../vault/vault.ts';
import type { SettingsService } from './settings.ts';

export interface RenameParts {
  vault: Vault;
  documents: Documents;
  index: Pick<Index, 'settled' | 'moveScope' | 'partScope' | 'filesUnder' | 'tagged' | 'notesWithQueries'>;
  settings: Pick<SettingsService, 'get'>;
}

/** What has to be looked at for a rename, and what becomes of each note. */
export interface PreparedRename {
  /** The notes that may change, by path. */
  sources: NotePath[];
  moves: FileMove[];
  changesOf(path: NotePath, text: string): NoteChanges;
  /** What searches name by it, in fences and among those that are saved; `null` where they cannot. */
  inQueries: RenamedInQueries | null;
}

type What<Kind extends RenameWhat['kind']> = Extract<RenameWhat, { kind: Kind }>;

/** Looks up what a rename touches. Throws `bad-name`, `exists`, `not-found`. */
export async function prepareRename(parts: RenameParts, what: RenameWhat): Promise<PreparedRename> {
  const prepared = await prepare(parts, what);
  return { ...prepared, changesOf: (path, text) => keepLinks(path, text, prepared.changesOf(path, text)) };
}

function prepare(parts: RenameParts, what: RenameWhat): Promise<PreparedRename> {
  switch (what.kind) {
    case 'note':
      return prepareNote(parts, what);
    case 'folder':
      return prepareFolder(parts, what);
    case 'heading':
      return prepareHeading(parts, what);
    case 'block':
      return prepareBlock(parts, what);
    case 'tag':
      return prepareTag(parts, what);
  }
}

async function prepareNote(parts: RenameParts, { path, to }: What<'note'>): Promise<PreparedRename> {
  const { vault } = parts;
  await checkPath(vault, path, to);
  const same = await (await vault.namesIn(folderOf(to)))(to);
  if (same !== null && same !== path) throw isTaken(same);
  return prepareMove(parts, { from: path, to, isFolder: false }, [[path, to]]);
}

async function prepareFolder(parts: RenameParts, { folder, to }: What<'folder'>): Promise<PreparedRename> {
  await checkPath(parts.vault, folder, to);
  if (nameKey(`${to}/`).startsWith(nameKey(`${folder}/`)) && nameKey(to) !== nameKey(folder))
    throw new RambleError('bad-name', `“${folder}” cannot be moved into itself.`);
  const files = await parts.index.filesUnder(folder);
  const pairs = files.map((path): [string, string] => [path, to + path.slice(folder.length)]);
  const move = { from: folder as VaultPath, to: to as VaultPath, isFolder: true };
  const prepared = await prepareMove(parts, move, pairs);
  return withFences(parts, prepared, { field: 'path', from: folder, to });
}

async function prepareMove(
  { index }: RenameParts,
  move: FileMove,
  pairs: [string, string][],
): Promise<PreparedRename> {
  const scope = await index.moveScope(pairs);
  const moves = new Map(pairs);
  const before = lookUp(scope.names);
  const after = candidatesAfter(before, moves);
  return {
    sources: scope.sources as NotePath[],
    moves: [move],
    inQueries: null,
    changesOf: (path, text) =>
      followMoves({ path, text, facts: understandNote(noteName(path), text) }, moves, before, after),
  };
}

async function prepareHeading(
  { documents, index }: RenameParts,
  { path, line, to }: What<'heading'>,
): Promise<PreparedRename> {
  const text = (await documents.open(path)).text.toString();
  const { headings } = understandNote(noteName(path), text);
  const at = headings.findIndex((heading) => heading.line === line);
  const range = headingTextAt(text, headings[at]?.from ?? -1);
  if (at < 0 || range === null)
    throw new RambleError('not-found', `There is no heading on line ${line} of “${path}” any more.`, {
      path,
    });
  const changed = applyChanges(text, [{ ...range, insert: to }]);
  const after = understandNote(noteName(path), changed).headings;
  if (/[\r\n]/.test(to) || !isOneHeadingOther(headings, after, at))
    throw new RambleError('bad-name', `“${to}” would not be a heading’s text. Give it another.`);
  const scope = await index.partScope(path, ['heading']);
  const rename = { path, before: headings, after, index: at };
  const candidates = lookUp(scope.names);
  return {
    sources: withItself(scope.sources, path),
    moves: [],
    inQueries: null,
    changesOf(source, found) {
      const note = { path: source, text: found, facts: understandNote(noteName(source), found) };
      const { changes, strays } = followHeading(note, rename, candidates);
      // A link within the heading goes with its text.
      const outside = changes.filter(
        (change) => source !== path || change.to <= range.from || change.from >= range.to,
      );
      if (source === path && text.slice(range.from, range.to) !== to) outside.push({ ...range, insert: to });
      return { changes: outside.sort((a, b) => a.from - b.from), strays };
    },
  };
}

/** Whether all headings are as they were but for the text of one. */
function isOneHeadingOther(before: readonly Heading[], after: readonly Heading[], at: number): boolean {
  return (
    before.length === after.length &&
    headingKey(after[at]?.text ?? '') !== '' &&
    before.every(({ level, text }, index) => {
      const now = after[index];
      return now?.level === level && (index === at || now.text === text);
    })
  );
}

async function prepareBlock(
  { documents, index }: RenameParts,
  { path, id, to }: What<'block'>,
): Promise<PreparedRename> {
  const { text } = await documents.open(path);
  if (!isBlockId(to))
    throw new RambleError('bad-name', 'A block’s id has Latin letters, digits and dashes only.', {
      suggestion: to.replace(/[^A-Za-z0-9-]+/g, '-'),
    });
  const own = renameBlockIn(text.toString(), id, to);
  if (own === null) throw new RambleError('not-found', `No block of “${path}” is called ^${id}.`, { path });
  if (id.toLowerCase() !== to.toLowerCase() && renameBlockIn(text.toString(), to, to) !== null)
    throw new RambleError('exists', `Another block of “${path}” is called ^${to} already.`, { path });
  const scope = await index.partScope(path, ['block']);
  const candidates = lookUp(scope.names);
  return {
    sources: withItself(scope.sources, path),
    moves: [],
    inQueries: null,
    changesOf(source, found) {
      const note = { path: source, text: found, facts: understandNote(noteName(source), found) };
      const changes = followBlock(note, { path, id, to }, candidates);
      if (source === path) changes.push(own);
      return { changes: changes.sort((a, b) => a.from - b.from), strays: [] };
    },
  };
}

async function prepareTag(parts: RenameParts, { tag, to }: What<'tag'>): Promise<PreparedRename> {
  const [from, name] = [tag.replace(/\/+$/, ''), to.replace(/^\/+|\/+$/g, '')];
  if (!/[^\d/]/.test(name))
    throw new RambleError('bad-name', 'A tag needs at least one character that is no digit.');
  const tagged = await parts.index.tagged(from);
  if (tagged.length === 0) throw new RambleError('not-found', `No note has the tag #${from}.`);
  const prepared: PreparedRename = {
    sources: tagged.map(({ path }) => path),
    moves: [],
    inQueries: null,
    changesOf: (_path, text) => ({ changes: renameTagIn(text, from, name), strays: [] }),
  };
  return withFences(parts, prepared, { field: 'tag', from, to: name });
}

/** Searches that name it go along: those in fences here, those that are saved by `inQueries`. */
async function withFences(
  { index }: RenameParts,
  prepared: PreparedRename,
  inQueries: RenamedInQueries,
): Promise<PreparedRename> {
  const fenced = (await index.notesWithQueries()) as NotePath[];
  return {
    ...prepared,
    inQueries,
    sources: [...new Set([...prepared.sources, ...fenced])].sort(),
    changesOf(path, text) {
      const { changes, strays } = prepared.changesOf(path, text);
      const all = [...changes, ...renameInFences(text, inQueries)];
      return { changes: all.sort((a, b) => a.from - b.from), strays };
    },
  };
}

/** Throws `bad-name` where a path cannot be a note’s or folder’s, `not-found`, `exists`. */
async function checkPath(vault: Vault, from: VaultPath | string, to: VaultPath | string): Promise<void> {
  if (from === to) throw new RambleError('bad-name', `“${from}” is called that already.`);
  if (!(await vault.exists(from as VaultPath)))
    throw new RambleError('not-found', `There is no “${from}” in the vault.`, { path: from });
  const folders = new Set<string>();
  let firstMade: string | null = null;
  for (let folder = folderOf(to); folder !== ''; folder = folderOf(folder))
    if (await vault.exists(folder as VaultPath)) folders.add(folder);
    else firstMade = folder;
  if (firstMade !== null) await mustBeNew(vault, firstMade);
  const bad = badNameIn(to, from, folders);
  if (bad !== null)
    throw new RambleError('bad-name', `“${bad.name}” cannot be a name on every system, or in a link.`, {
      suggestion: bad.suggestion,
    });
  if (nameKey(from) !== nameKey(to) && (await vault.exists(to as VaultPath))) throw isTaken(to);
}

/** A folder that is to be made must not be called as another but for letter case or Unicode form: on many systems both are one. */
async function mustBeNew(vault: Vault, folder: string): Promise<void> {
  const beside = await vault.foldersIn(folderOf(folder));
  const same = beside.find((other) => nameKey(other) === nameKey(folder));
  if (same !== undefined)
    throw new RambleError('exists', `The folder is called “${same}”. Write it so, not “${folder}”.`, {
      path: same,
    });
}

function withItself(sources: string[], path: NotePath): NotePath[] {
  return [...new Set([...sources, path])].sort() as NotePath[];
}

/** Looks up the vault's paths by what the index gave of them. */
export function lookUp(names: readonly [string, readonly string[]][]): Candidates {
  const known = new Map(names);
  return (key) => known.get(key) ?? [];
}
