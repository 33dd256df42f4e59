import type { Database } from '../../../sqlite.ts';
import type { Plan } from './plan.ts';

/** Where in a note a part of a search looks; `null` is anywhere. */
export type Where = (Plan & { kind: 'regex' })['where'];

/** Whose words stand where in a note, as the index knows it. Lines count from 1, offsets are UTF-16 code units. */
export interface NoteParts {
  /** Where the user's own words and quotations begin. */
  bodyFrom: number;
  /** The quotations, in order. */
  quotes: { from: number; to: number }[];
  headings: ReadonlySet<number>;
}

/** Looks up the parts of the note at a path; of one that the index does not know all is the user's own. */
export function partsIn(db: Database): (path: string) => NoteParts {
  const note = db.prepare<[string], { id: number; bodyFrom: number }>(
    'SELECT id, body_from AS bodyFrom FROM notes WHERE path = ?',
  );
  const quotes = db.prepare<[number], NoteParts['quotes'][number]>(
    'SELECT start AS "from", stop AS "to" FROM highlights WHERE note_id = ? ORDER BY ordinal',
  );
  const headings = db.prepare<[number], number>('SELECT line FROM headings WHERE note_id = ?').pluck();
  return (path) => {
    const found = note.get(path);
    if (found === undefined) return { bodyFrom: 0, quotes: [], headings: new Set() };
    const { id, bodyFrom } = found;
    return { bodyFrom, quotes: quotes.all(id), headings: new Set(headings.all(id)) };
  };
}

/** SQL for where the user's words and the quotations of the row `notes` are, for {@link readPlaces}. */
export const PLACES = `body_from || coalesce(' ' || (
  SELECT group_concat(start || ' ' || stop, ' ' ORDER BY ordinal) FROM highlights WHERE note_id = notes.id), '')`;

/** Reads what {@link PLACES} gives. It tells nothing of headings. */
export function readPlaces(places: string): NoteParts {
  const [bodyFrom = 0, ...offsets] = places.split(' ').map(Number);
  const quotes: NoteParts['quotes'] = [];
  for (let at = 0; at < offsets.length; at += 2)
    quotes.push({ from: offsets[at] ?? 0, to: offsets[at + 1] ?? 0 });
  return { bodyFrom, quotes, headings: new Set() };
}

/** A line of a note, and where a search that looks in a part of the note may find it. */
export interface PartLine {
  text: string;
  isProperty: boolean;
  isIn(where: Where): boolean;
}

/** The lines of a note's text (LF only), in order. */
export function* linesOf(text: string, { bodyFrom, quotes, headings }: NoteParts): Generator<PartLine> {
  let from = 0;
  let passed = 0;
  for (const [at, line] of text.split('\n').entries()) {
    while ((quotes[passed]?.to ?? Number.POSITIVE_INFINITY) < from) passed += 1;
    const isQuoted = (quotes[passed]?.from ?? Number.POSITIVE_INFINITY) <= from;
    const isMine = !isQuoted && from >= bodyFrom;
    yield {
      text: line,
      isProperty: from < bodyFrom,
      isIn(where) {
        if (where === 'mine') return isMine;
        if (where === 'quoted') return isQuoted;
        return where === 'heading' ? headings.has(at + 1) : where === null;
      },
    };
    from += line.length + 1;
  }
}
