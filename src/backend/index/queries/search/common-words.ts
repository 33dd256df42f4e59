import type { Database } from '../../../sqlite.ts';
import { wordsOf } from '../../fold.ts';
import type { Plan } from './plan.ts';

const SAMPLED_NOTES = 120;
const SAMPLED_TEXT = 8000;
const MOST_WORDS = 24;
/** Longer beginnings have few enough notes. */
const LONGEST_START = 3;

const known = new WeakMap<Database, string[]>();

/** The words that stand in many notes, the commonest first, by a sample of them; looked at once for each connection. */
function commonWords(db: Database, readText: (path: string) => string | null): string[] {
  const before = known.get(db);
  if (before !== undefined) return before;
  const latest = db.prepare<[], number | null>('SELECT max(id) FROM notes').pluck().get() ?? 0;
  const step = Math.max(1, Math.floor(latest / SAMPLED_NOTES));
  const paths = db
    .prepare<[number, number], string>('SELECT path FROM notes WHERE id % ? = 0 LIMIT ?')
    .pluck()
    .all(step, SAMPLED_NOTES);
  const counts = new Map<string, number>();
  for (const path of paths) {
    const text = readText(path)?.slice(0, SAMPLED_TEXT) ?? '';
    for (const word of new Set([...wordsOf(text)].map(({ key }) => key)))
      counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const common = [...counts]
    .filter(([, count]) => count > 1)
    .sort(([, a], [, b]) => b - a)
    .map(([word]) => word);
  known.set(db, common);
  return common;
}

/**
 * The plan with each word that may go on put as the common words that it may become. What this finds, the plan finds, but not the other
 * way round; `null` where it would be no help. FTS5 first merges the notes of every word with a common beginning, which takes a tenth
 * of a second; an OR of words it walks lazily.
 */
export function withCommonWords(
  plan: Plan,
  db: Database,
  readText: (path: string) => string | null,
): Plan | null {
  let helps = false;
  const put = (part: Plan): Plan => {
    if (part.kind === 'all' || part.kind === 'any') return { kind: part.kind, parts: part.parts.map(put) };
    if (part.kind !== 'words' || !part.open) return part;
    const start = part.words.at(-1) ?? '';
    if (start.length > LONGEST_START) return part;
    const endings = commonWords(db, readText)
      .filter((word) => word.startsWith(start))
      .slice(0, MOST_WORDS);
    if (endings.length === 0) return part;
    helps = true;
    const parts = endings.map(
      (word): Plan => ({ ...part, words: [...part.words.slice(0, -1), word], open: false }),
    );
    return { kind: 'any', parts };
  };
  const changed = put(plan);
  return helps ? changed : null;
}
