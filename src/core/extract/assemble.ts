import { candidatesWith } from '../links/moved-paths.ts';
import type { Candidates } from '../links/resolve.ts';
import { frontmatterLines } from '../markdown/frontmatter-syntax.ts';
import { Lines } from '../markdown/lines.ts';
import { Draft, type Piece, type Texts } from './draft.ts';
import { followLinks } from './follow-links.ts';
import type { Meaning } from './meanings.ts';
import type { Read, Reading } from './reading.ts';
import type { ExtractionPlan, NoteText, PlannedStray, Refusal } from './request.ts';
import { settleBlockIds } from './settle-block-ids.ts';
import { settleLabels, strayLabels } from './settle-labels.ts';
import { type Broken, brokenConstruct } from './shape.ts';

/** The notes around a move before links follow. */
export interface Assembly {
  before: ReadonlyMap<string, Reading>;
  /** The pieces of every note that is made or gets or loses text, by path. */
  drafts: ReadonlyMap<string, readonly Piece[]>;
  made: readonly string[];
  gone: ReadonlyMap<string, Meaning>;
  /** Files other than notes that get another path. */
  moved: ReadonlyMap<string, string>;
  titled: ReadonlySet<string>;
  candidates: Candidates;
  /** The offset in a draft after which the cursor goes. */
  cursor: { path: string; offset: number };
  read: Read;
}

/** The readings of notes by path; of several with one path the first. */
export function readAll(notes: readonly NoteText[], read: Read): Map<string, Reading> {
  const found = new Map<string, Reading>();
  for (const { path, text } of notes) if (!found.has(path)) found.set(path, read(path, text));
  return found;
}

/** Settles labels and ids, sees that nothing is broken, lets the links follow, and gives what changes. */
export function assemble({
  before,
  made,
  gone,
  moved,
  titled,
  candidates,
  read,
  ...assembly
}: Assembly): ExtractionPlan | Refusal {
  const texts: Texts = new Map([...before].map(([path, { text }]) => [path, text]));
  const arrived = [...assembly.drafts].map(([path, pieces]) => {
    const draft = new Draft(path, pieces, texts);
    return { draft, reading: read(path, draft.text) };
  });
  for (const [path, source] of before) {
    const broken = assembly.drafts.has(path) || gone.has(path) ? brokenConstruct([source], arrived) : null;
    if (broken !== null) return { ok: false, reason: reasonFor(source, broken) };
  }
  const settled = arrived.map(({ draft }) => settleBlockIds(settleLabels(draft, before, read), before, read));
  const drafts = new Map(settled.map((draft) => [draft.path, draft]));
  const strays: PlannedStray[] = settled.flatMap((draft) => strayLabels(draft, before, read));
  for (const [path, { draft }] of before) if (!drafts.has(path) && !gone.has(path)) drafts.set(path, draft);
  const followed = followLinks({
    before,
    drafts: [...drafts.values()],
    candidatesBefore: candidates,
    candidatesAfter: candidatesWith(
      candidates,
      [...made, ...moved.values()],
      [...gone.keys(), ...moved.keys()],
    ),
    gone: new Map([
      ...gone,
      ...[...moved].map(([from, to]): [string, Meaning] => [from, { path: to, part: null }]),
    ]),
    titled,
    read,
  });
  const { path, offset } = assembly.cursor;
  const own = followed.notes.find(({ draft }) => draft.path === path);
  const shift = (own?.changes ?? []).reduce(
    (sum, { from, to, insert }) => (to <= offset ? sum + insert.length - (to - from) : sum),
    0,
  );
  const isMade = (draft: Draft) => made.includes(draft.path);
  const after = followed.notes.map(({ draft }) => draft);
  return {
    ok: true,
    makes: after.filter(isMade).map((draft) => ({ path: draft.path, text: draft.text })),
    changes: after
      .filter((draft) => !isMade(draft))
      .map((draft) => ({ path: draft.path, changes: draft.changes }))
      .filter(({ changes }) => changes.length > 0),
    trashes: [...gone.keys()].map((gonePath) => ({
      path: gonePath,
      properties: frontmatterLines(before.get(gonePath)?.text ?? ''),
    })),
    strays: [...strays, ...followed.strays],
    files: [],
    keptProperties: [],
    cursor: offset + shift,
  };
}

const NAMES = new Map([
  ['FencedCode', 'code fence'],
  ['CodeBlock', 'block of code'],
  ['Table', 'table'],
  ['Blockquote', 'quotation'],
  ['MathBlock', 'formula'],
  ['NoteCommentBlock', 'comment'],
  ['HTMLBlock', 'piece of HTML'],
  ['FootnoteDefinition', 'footnote'],
  ['LinkReference', 'link’s definition'],
  ['Paragraph', 'paragraph'],
  ['Heading', 'heading'],
]);

function reasonFor({ path, text }: Reading, { name, from }: Broken): string {
  const line = new Lines(text).numberAt(from);
  return `The ${NAMES.get(name) ?? 'text'} on line ${line} of “${path}” would be read as something else afterwards.`;
}
