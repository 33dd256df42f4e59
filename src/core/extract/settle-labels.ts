import { Lines } from '../markdown/lines.ts';
import type { TextChange } from '../text/text-change.ts';
import type { Draft } from './draft.ts';
import { definitionsOf, type Label } from './labels.ts';
import type { Read, Reading } from './reading.ts';
import type { PlannedStray } from './request.ts';

interface Placed extends Label {
  /** What it means or is, by where the definition was before; `none` where nothing defines it. New text has no source. */
  identity: string;
  isOwn: boolean;
}

/**
 * The draft of a note that text came into, with the labels of footnotes and references renamed in that text where another thing of the note
 * would be meant. Code, maths and comments are never read for labels.
 */
export function settleLabels(draft: Draft, before: ReadonlyMap<string, Reading>, read: Read): Draft {
  const labels = read(draft.path, draft.text).labels.map((label) => placed(draft, label, before));
  const changes: TextChange[] = [];
  const keys = new Set(labels.map(({ key }) => key));
  for (const [key, same] of Map.groupBy(labels, (label) => label.key)) {
    const came = same.filter(({ isOwn }) => !isOwn);
    const isTaken = came.length < same.length;
    const first = came.find(({ isDefinition }) => isDefinition)?.identity;
    for (const [identity, group] of Map.groupBy(came, (label) => label.identity)) {
      const isUsed = group.some(({ isDefinition }) => !isDefinition);
      if (!isTaken && (identity === first || first === undefined || !isUsed)) continue;
      const fresh = freshLabel(group[0] as Label, keys);
      keys.add(keyOf(group[0] as Label, fresh));
      for (const label of group) changes.push(renamed(label, fresh, identity === `none ${key}`));
    }
  }
  return draft.rewrite(changes.sort((a, b) => a.from - b.from || a.to - b.to));
}

function placed(draft: Draft, label: Label, before: ReadonlyMap<string, Reading>): Placed {
  const origin = draft.originOf(label.from);
  const isOwn = origin === null || origin.path === draft.path;
  const source = origin === null ? undefined : before.get(origin.path);
  if (origin === null || source === undefined) return { ...label, isOwn, identity: '' };
  const defined = label.isDefinition
    ? source.labels.find(({ isDefinition, from }) => isDefinition && from === origin.offset)
    : definitionsOf(source.labels).get(keyBefore(source, origin.offset) ?? label.key);
  const identity = defined === undefined ? `none ${label.key}` : `${defined.from} ${origin.path}`;
  return { ...label, isOwn, identity };
}

/** The key of what a reference was before it was renamed. */
function keyBefore({ labels }: Reading, offset: number): string | undefined {
  return labels.find(({ from, isDefinition }) => !isDefinition && from === offset)?.key;
}

/** The labels of a draft that would mean something else than before. */
export function strayLabels(draft: Draft, before: ReadonlyMap<string, Reading>, read: Read): PlannedStray[] {
  const labels = read(draft.path, draft.text).labels.map((label) => placed(draft, label, before));
  const meant = definitionsOf(labels);
  return labels.flatMap((label): PlannedStray[] => {
    const origin = draft.originOf(label.from);
    if (label.isDefinition || origin === null) return [];
    const found = meant.get(label.key) as Placed | undefined;
    if ((found?.identity ?? `none ${label.key}`) === label.identity) return [];
    const text = before.get(origin.path)?.text ?? '';
    const line = new Lines(text).numberAt(origin.offset);
    const reason = 'What it is defined as cannot be kept.';
    return [{ path: origin.path, line, text: draft.text.slice(label.from, label.to), reason }];
  });
}

const keyOf = ({ kind }: Label, label: string) => `${kind === 'footnote' ? '^' : ''}${label.toLowerCase()}`;

/** A label that the note has not: the next number for a number, else with a number behind it. */
function freshLabel(label: Label, taken: ReadonlySet<string>): string {
  const isNumber = /^\d{1,9}$/.test(label.label);
  const plain = label.label.normalize('NFC').trim().replace(/\s+/g, ' ');
  for (let count = isNumber ? Number(label.label) + 1 : 2; ; count += 1) {
    const fresh = isNumber ? String(count) : `${plain}-${count}`;
    if (!taken.has(keyOf(label, fresh))) return fresh;
  }
}

/** What is shown stays: `[label]` becomes `[label][other]`, and what was no link at all does not become one. */
function renamed(
  { isShown, isDefinition, to, labelFrom, labelTo }: Label,
  fresh: string,
  isNone: boolean,
): TextChange {
  if (!isShown || isDefinition) return { from: labelFrom, to: labelTo, insert: fresh };
  if (isNone) return { from: labelFrom - 1, to: labelFrom - 1, insert: '\\' };
  return { from: labelTo + 1, to, insert: `[${fresh}]` };
}
