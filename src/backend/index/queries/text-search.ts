import type { SearchHit } from '../../../contract/find.ts';
import type { ShownLine, TextRange } from '../../../contract/shapes.ts';
import type { NotePath } from '../../../core/paths/note-path.ts';
import { wordsOf } from '../fold.ts';
import type { QueryContext } from './context.ts';
import { readNoteText, showLine } from './note-lines.ts';
import { parseTextQuery, type TextPart, toFts } from './text-query.ts';

const MAX_LINES = 3;
/** Ranking every note that holds a common word is what would make it slow. */
const CANDIDATES = 1000;

interface Row {
  path: string;
  title: string;
  score: number;
}

/** Notes that hold every word of the query, best first, each with up to three lines that show it. */
export function textSearch({ db, root }: QueryContext, query: string, limit: number): SearchHit[] {
  const parts = parseTextQuery(query);
  if (parts.length === 0) return [];
  const match = toFts(parts);
  const statement = db.prepare<[string], Row>(
    `SELECT n.path, n.title, w.score FROM
       (SELECT rowid AS id, bm25(words, 10, 4, 1, 1) AS score FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ${CANDIDATES}) w
     JOIN notes n ON n.id = w.id`,
  );
  const rows = new Map<string, Row>();
  // Notes that have it in their title are never beyond the bound.
  for (const row of statement.all(`{title} : (${match})`)) rows.set(row.path, row);
  for (const row of statement.all(match)) rows.set(row.path, row);
  return [...rows.values()]
    .sort((a, b) => a.score - b.score || (a.path < b.path ? -1 : 1))
    .slice(0, limit)
    .map(({ path, title }) => {
      const text = readNoteText(root, path);
      return { path: path as NotePath, title, lines: text === null ? [] : linesWith(text, parts) };
    });
}

/** The lines that show the most of the search, in the order of the note. */
export function linesWith(text: string, parts: readonly TextPart[]): ShownLine[] {
  const found: { line: number; text: string; marks: TextRange[]; parts: number }[] = [];
  text.split('\n').forEach((line, at) => {
    const { marks, matched } = marksIn(line, parts);
    if (matched > 0) found.push({ line: at + 1, text: line, marks, parts: matched });
  });
  return found
    .sort((a, b) => b.parts - a.parts || a.line - b.line)
    .slice(0, MAX_LINES)
    .sort((a, b) => a.line - b.line)
    .map(({ line, text: shown, marks }) => showLine(line, shown, marks));
}

function marksIn(line: string, parts: readonly TextPart[]): { marks: TextRange[]; matched: number } {
  const words = [...wordsOf(line)];
  const marks: TextRange[] = [];
  let matched = 0;
  for (const { words: wanted, open } of parts) {
    const before = marks.length;
    for (let at = 0; at + wanted.length <= words.length; at += 1) {
      const fits = wanted.every((word, offset) => {
        const here = words[at + offset]?.key ?? '';
        return here === word || (open && offset === wanted.length - 1 && here.startsWith(word));
      });
      const from = words[at]?.from;
      const to = words[at + wanted.length - 1]?.to;
      if (fits && from !== undefined && to !== undefined) marks.push({ from, to });
    }
    if (marks.length > before) matched += 1;
  }
  return { marks: joined(marks), matched };
}

/** Sorted, and none over another. */
function joined(marks: TextRange[]): TextRange[] {
  const result: TextRange[] = [];
  for (const mark of marks.sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && mark.from <= last.to) last.to = Math.max(last.to, mark.to);
    else result.push({ ...mark });
  }
  return result;
}
