import { candidatesAfter, fileKey, type Moves } from '../../../core/links/moved-paths.ts';
import { type Candidates, createResolver, targetKey } from '../../../core/links/resolve.ts';
import { nameKey, noteName } from '../../../core/paths/note-path.ts';
import { type Database, statementOf } from '../../sqlite.ts';
import { candidatesIn, type QueryContext } from './context.ts';

/** What a rename has to look at: the notes with a link that it changes, and the paths that their links may mean, by key. */
export interface RenameScope {
  sources: string[];
  names: [key: string, paths: string[]][];
}

/**
 * The notes with a link that means something else, or nothing, once files have moved, or that was written just as a name that changes.
 * Costs as much as there are links by these names, and in the notes that move, however large the vault is.
 */
export function moveScope({ db }: QueryContext, pairs: readonly [from: string, to: string][]): RenameScope {
  const moves: Moves = new Map(pairs);
  const asked = new Map<string, string[]>();
  const before = remembering(candidatesIn(db), asked);
  const resolveBefore = createResolver(before);
  const resolveAfter = createResolver(candidatesAfter(before, moves));
  const keys = new Set([...moves].flatMap(([from, to]) => [fileKey(from), fileKey(to)]));
  const sources = new Set<string>();
  for (const { source, target } of linkRows(db, keys, moves.keys())) {
    const there = moves.get(source) ?? source;
    // What a moving note's links mean has to be known to write them anew.
    before(targetKey(target, source));
    const path = resolveBefore(target, source);
    if (path === null) continue;
    const isRenamed = moves.has(path) && nameIn(path) !== nameIn(moves.get(path) ?? path);
    if (isRenamed || resolveAfter(target, there) !== (moves.get(path) ?? path)) sources.add(source);
  }
  return { sources: [...sources].sort(), names: [...asked] };
}

/** What of a note a link can lead to, beside the whole. */
export type Part = 'heading' | 'block';

/** The notes with a link to such a part of the note at `path`. */
export function partScope({ db }: QueryContext, path: string, parts: readonly Part[]): RenameScope {
  const asked = new Map<string, string[]>();
  const candidates = remembering(candidatesIn(db), asked);
  const resolve = createResolver(candidates);
  const isOne = parts.map((part) => `l.${part} IS NOT NULL`).join(' OR ');
  const rows = statementOf<[string], { source: string; target: string }>(
    db,
    `SELECT n.path AS source, l.target FROM links l JOIN notes n ON n.id = l.note_id
       WHERE l.target_key = ? AND (${isOne})`,
  ).all(fileKey(path));
  candidates(nameKey(noteName(path)));
  const leads = ({ source, target }: { source: string; target: string }) => resolve(target, source) === path;
  return { sources: [...new Set(rows.filter(leads).map(({ source }) => source))].sort(), names: [...asked] };
}

/** The notes with a `query` fence, by path. */
export function notesWithQueries({ db }: QueryContext): string[] {
  return db
    .prepare<[], string>(`SELECT path FROM notes WHERE details LIKE '%"language":"query"%' ORDER BY path`)
    .pluck()
    .all();
}

/** Every file of a folder that the index knows, however deep. */
export function filesUnder({ db }: QueryContext, folder: string): string[] {
  return (
    db
      .prepare<{ from: string; to: string }, string>(
        `SELECT path FROM notes WHERE path >= $from AND path < $to UNION ALL
       SELECT path FROM attachments WHERE path >= $from AND path < $to ORDER BY path`,
      )
      .pluck()
      // '0' is the character after '/'.
      .all({ from: `${folder}/`, to: `${folder}0` })
  );
}

function linkRows(db: Database, keys: Iterable<string>, moved: Iterable<string>) {
  return statementOf<[string, string], { source: string; target: string }>(
    db,
    `SELECT n.path AS source, l.target FROM links l JOIN notes n ON n.id = l.note_id
       WHERE l.target <> '' AND l.target_key IN (SELECT value FROM json_each(?))
       UNION SELECT n.path, l.target FROM links l JOIN notes n ON n.id = l.note_id
       WHERE l.target <> '' AND n.path IN (SELECT value FROM json_each(?))`,
  ).all(JSON.stringify([...keys]), JSON.stringify([...moved]));
}

function remembering(candidates: Candidates, asked: Map<string, string[]>): Candidates {
  return (key) => {
    const paths = candidates(key);
    asked.set(key, [...paths]);
    return paths;
  };
}

const nameIn = (path: string) => path.slice(path.lastIndexOf('/') + 1);
