import { selectedProperties } from '../../src/core/extract/carried-properties.ts';
import { growSelection } from '../../src/core/extract/grow-selection.ts';
import { planExtraction } from '../../src/core/extract/plan-extraction.ts';
import { type Read, readAnew } from '../../src/core/extract/reading.ts';
import type {
  Destination,
  ExtractionPlan,
  ExtractionRequest,
  NewNoteForm,
  Place,
  Refusal,
} from '../../src/core/extract/request.ts';
import type { Range } from '../../src/core/extract/section.ts';
import { fileKey } from '../../src/core/links/moved-paths.ts';
import type { Candidates } from '../../src/core/links/resolve.ts';
import { applyChanges } from '../../src/core/text/text-change.ts';

/** Notes by path. */
export type Vault = Record<string, string>;

export function lookUp(paths: readonly string[]): Candidates {
  const byKey = Map.groupBy([...paths].sort(), fileKey);
  return (key) => byKey.get(key) ?? [];
}

/** The files that no note but the source has a link to, by their names. */
export function ownFilesOf(
  vault: Vault,
  source: string,
  files: readonly string[],
  read: Read = readAnew,
): Set<string> {
  const others = Object.entries(vault).filter(([path]) => path !== source);
  const called = (key: string) =>
    others.some(([path, text]) => read(path, text).spotsCalled(new Set([key])).length > 0);
  return new Set(files.filter((file) => !called(fileKey(file))));
}

/** The vault after a plan. */
export function applyPlan(vault: Vault, plan: ExtractionPlan): Vault {
  const after = { ...vault };
  for (const { path, text } of plan.makes) after[path] = text;
  for (const { path, changes } of plan.changes) after[path] = applyChanges(vault[path] ?? '', changes);
  for (const { path } of plan.trashes) delete after[path];
  return after;
}

export interface Wanted {
  /** The source; `Src.md` where it is not given. Its selections stand between ⟦ and ⟧. */
  source?: string;
  to?: string;
  place?: Place;
  title?: string;
  leave?: ExtractionRequest['leave'];
  form?: Partial<NewNoteForm>;
  files?: string[];
  takeFiles?: boolean;
  /** Those that are selected are copied. */
  properties?: boolean;
}

export const plainForm: NewNoteForm = {
  tags: [],
  parents: [],
  parentLine: null,
  template: null,
  liftHeadings: false,
};

/** A text without its marks, and the stretches between ⟦ and ⟧. */
export function marked(before: string): { text: string; selections: Range[] } {
  const selections: Range[] = [];
  let text = '';
  for (const [at, part] of before.split(/[⟦⟧]/).entries()) {
    if (at % 2 === 1) selections.push({ from: text.length, to: text.length + part.length });
    text += part;
  }
  return { text, selections };
}

/** Plans the extraction of what is marked in a vault's source to `New.md`, or where it is wanted. */
export function planIn(marks: Vault, wanted: Wanted = {}): { vault: Vault; plan: ExtractionPlan | Refusal } {
  const source = wanted.source ?? 'Src.md';
  const { text, selections } = marked(marks[source] ?? '');
  const vault = { ...marks, [source]: text };
  const path = wanted.to ?? 'New.md';
  const there = vault[path];
  const destination: Destination =
    there === undefined
      ? { kind: 'new', path }
      : { kind: 'existing', path, text: there, place: wanted.place ?? { at: 'bottom' } };
  const plan = planExtraction({
    source: { path: source, text },
    parts: [
      {
        ranges: selections.map((selection) => growSelection(text, selection) ?? selection),
        destination,
        title: wanted.title ?? path.replace(/^.*\/|\.md$/g, ''),
      },
    ],
    leave: wanted.leave ?? 'link',
    form: { ...plainForm, ...wanted.form },
    properties: wanted.properties ? selectedProperties(text, selections) : [],
    ownFiles: ownFilesOf(vault, source, wanted.files ?? []),
    takeFiles: wanted.takeFiles ?? false,
    linking: Object.entries(vault).map(([name, noteText]) => ({ path: name, text: noteText })),
    candidates: lookUp([...Object.keys(vault), ...(wanted.files ?? [])]),
    day: new Date(2021, 1, 9),
    now: new Date(2021, 1, 9, 22, 5),
  });
  return { vault, plan };
}

/** The vault after that extraction, of which nothing may stray; throws the reason where it is refused. */
export function extractIn(marks: Vault, wanted: Wanted = {}): Vault {
  const { vault, plan } = planIn(marks, wanted);
  if (!plan.ok) throw new Error(plan.reason);
  if (plan.strays.length > 0) throw new Error(JSON.stringify(plan.strays));
  return applyPlan(vault, plan);
}
