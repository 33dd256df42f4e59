import { type ChangeSpec, EditorSelection, type EditorState, type StateCommand } from '@codemirror/state';
import type { KeyBinding } from '@codemirror/view';

/** A list item's line: quotation marks, indentation, marker. */
const ITEM = /^((?:[ \t]*>)*)([ \t]*)((?:[-*+]|\d{1,9}[.)])[ \t]+)/;

function selectedLines(state: EditorState): { from: number; text: string }[] {
  const lines = new Map<number, { from: number; text: string }>();
  for (const range of state.selection.ranges) {
    for (let at = range.from; at <= range.to; ) {
      const line = state.doc.lineAt(at);
      lines.set(line.number, { from: line.from, text: line.text });
      at = line.to + 1;
    }
  }
  return [...lines.values()];
}

/** How far the item's sub-items stand in: the width of its own marker, so that the grammar sees a nested list. */
const stepOf = (marker: string) => Math.min(4, marker.trimEnd().length + 1);

const indentItems: StateCommand = ({ state, dispatch }) => {
  const changes: ChangeSpec[] = [];
  for (const line of selectedLines(state)) {
    const found = ITEM.exec(line.text);
    if (found === null) continue;
    const [, quote = '', , marker = ''] = found;
    changes.push({ from: line.from + quote.length, insert: ' '.repeat(stepOf(marker)) });
  }
  if (changes.length === 0 || state.readOnly) return false;
  dispatch(withMappedSelection(state, changes, 'input.indent'));
  return true;
};

const outdentItems: StateCommand = ({ state, dispatch }) => {
  const items = selectedLines(state).flatMap((line) => {
    const found = ITEM.exec(line.text);
    return found === null ? [] : [{ line, found }];
  });
  if (items.length === 0 || state.readOnly) return false;
  const changes: ChangeSpec[] = items.flatMap(({ line, found: [, quote = '', indent = '', marker = ''] }) => {
    const room = quote === '' ? indent : indent.slice(1);
    const taken = room.startsWith('\t') ? 1 : Math.min(room.length, stepOf(marker));
    const from = line.from + quote.length + (indent.length - room.length);
    return taken === 0 ? [] : [{ from, to: from + taken }];
  });
  if (changes.length > 0) dispatch(withMappedSelection(state, changes, 'delete.dedent'));
  return true;
};

function withMappedSelection(state: EditorState, changes: ChangeSpec[], userEvent: string) {
  const set = state.changes(changes);
  const ranges = state.selection.ranges.map((range) =>
    EditorSelection.range(set.mapPos(range.anchor, 1), set.mapPos(range.head, 1)),
  );
  return state.update({
    changes: set,
    selection: EditorSelection.create(ranges, state.selection.mainIndex),
    userEvent,
    scrollIntoView: true,
  });
}

/**
 * Tab and Shift-Tab move list items in and out. Anywhere else Tab does what it does on any page, and within a list Escape before it
 * does so too (CodeMirror's own), so that nobody is caught in the editor.
 */
export const listKeys: KeyBinding[] = [{ key: 'Tab', run: indentItems, shift: outdentItems }];
