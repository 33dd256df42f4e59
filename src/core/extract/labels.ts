import type { SyntaxNode, Tree } from '@lezer/common';

/** A label in a note: of a footnote or of a reference to a link, where it is used or where it is defined. Offsets are UTF-16 code units. */
export interface Label {
  kind: 'footnote' | 'reference';
  /** Under which two labels are one. */
  key: string;
  /** As it is written. */
  label: string;
  /** Where the label itself stands, its brackets not included. */
  labelFrom: number;
  labelTo: number;
  /** The whole reference or definition. */
  from: number;
  to: number;
  isDefinition: boolean;
  /** `[label]` or `[label][]`: it is also what is shown. */
  isShown: boolean;
}

/** The labels of a note, in order. */
export function labelsOf(tree: Tree, text: string): Label[] {
  const found: Label[] = [];
  const add = (
    kind: Label['kind'],
    { from, to }: { from: number; to: number },
    [labelFrom, labelTo]: [number, number],
    more: { isDefinition: boolean; isShown?: boolean },
  ) => {
    const label = text.slice(labelFrom, labelTo);
    const key = `${kind === 'footnote' ? '^' : ''}${label.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase()}`;
    found.push({ kind, key, label, labelFrom, labelTo, from, to, isShown: false, ...more });
  };
  tree.iterate({
    enter({ name, from, to, node }) {
      switch (name) {
        case 'FootnoteReference':
          return add('footnote', { from, to }, [from + 2, to - 1], { isDefinition: false });
        case 'FootnoteDefinition': {
          const label = node.getChild('FootnoteLabel');
          if (label === null) return;
          return add('footnote', { from, to }, [label.from + 2, label.to - 2], { isDefinition: true });
        }
        case 'LinkReference': {
          const label = node.getChild('LinkLabel');
          if (label === null) return;
          return add('reference', { from, to }, [label.from + 1, label.to - 1], { isDefinition: true });
        }
        case 'Link':
        case 'Image':
          return reference(node);
      }
    },
  });
  return found;

  function reference(node: SyntaxNode): void {
    const label = node.getChild('LinkLabel');
    if (label !== null && label.to - label.from > 2)
      return add('reference', node, [label.from + 1, label.to - 1], { isDefinition: false });
    const marks = node.getChildren('LinkMark');
    // `[text](…)` has four.
    if (marks.length !== 2) return;
    add('reference', node, [marks[0]?.to ?? node.from, marks[1]?.from ?? node.to], {
      isDefinition: false,
      isShown: true,
    });
  }
}

/** The definition that each label means: the first of its key. */
export function definitionsOf(labels: readonly Label[]): Map<string, Label> {
  const first = new Map<string, Label>();
  for (const label of labels) if (label.isDefinition && !first.has(label.key)) first.set(label.key, label);
  return first;
}
