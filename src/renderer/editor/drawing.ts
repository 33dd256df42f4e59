import { syntaxTree } from '@codemirror/language';
import type { EditorState, Extension, Range } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import { headingLevel } from '../../core/markdown/plain-text.ts';
import { inlineMarks } from './inline-marks.ts';
import { lineClasses } from './line-classes.ts';
import { linksLearned } from './link-status.ts';
import { ExtractButton } from './widgets.ts';

/** The heading of the section that holds `position`: where it begins, or `null`. */
export function headingAbove(state: EditorState, position: number): { from: number; to: number } | null {
  const top = syntaxTree(state).topNode;
  for (let node = top.childBefore(position + 1); node !== null; node = node.prevSibling) {
    if (headingLevel(node.name) !== null && node.from <= position) return { from: node.from, to: node.to };
  }
  const first = top.childAfter(position);
  return first !== null && first.from <= position && headingLevel(first.name) !== null
    ? { from: first.from, to: first.to }
    : null;
}

/** The headings on screen, but for those within quotes and lists: they begin no section. */
function headingsIn(view: EditorView): { from: number }[] {
  const found: { from: number }[] = [];
  for (const { from, to } of view.visibleRanges) {
    const top = syntaxTree(view.state).topNode;
    for (let node = top.childAfter(from); node !== null && node.from <= to; node = node.nextSibling)
      if (headingLevel(node.name) !== null && found.at(-1)?.from !== node.from)
        found.push({ from: node.from });
  }
  return found;
}

function draw(view: EditorView): DecorationSet {
  const { state } = view;
  const { ranges, main } = state.selection;
  const focused = view.hasFocus;
  const isActive = (from: number, to: number) =>
    focused &&
    ranges.some((range) => {
      const line = state.doc.lineAt(from);
      return range.from <= Math.max(line.to, Math.min(to, line.to)) && range.to >= line.from;
    });
  const heading = headingAbove(state, main.head);
  const found: Range<Decoration>[] = [];
  for (const { from, to } of view.visibleRanges) {
    found.push(...lineClasses(state, from, to));
    found.push(...inlineMarks(state, from, to, { isActive, activeHeading: heading?.from ?? null }));
  }
  for (const { from } of state.readOnly ? [] : headingsIn(view)) {
    const widget = new ExtractButton(from === heading?.from);
    found.push(Decoration.widget({ widget, side: 1 }).range(state.doc.lineAt(from).to));
  }
  return Decoration.set(found, true);
}

/** Draws what is on screen by the grammar; markup steps back where the cursor is not. Never changes the text. */
export function drawing(): Extension {
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;

      constructor(view: EditorView) {
        this.decorations = draw(view);
      }

      update(update: ViewUpdate) {
        const parsed = syntaxTree(update.startState) !== syntaxTree(update.state);
        if (update.view.composing && !update.docChanged) return;
        if (
          update.docChanged ||
          update.viewportChanged ||
          update.selectionSet ||
          update.focusChanged ||
          parsed ||
          linksLearned(update)
        ) {
          this.decorations = draw(update.view);
        }
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}
