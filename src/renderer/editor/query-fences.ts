import { syntaxTree } from '@codemirror/language';
import { type EditorState, type Extension, type Range, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';
import { QueryResults } from './query-results.ts';

/** Something may be found now that was not: every list on screen asks again. */
const askAgain = StateEffect.define<null>();

/** Asks anew for what the queries of the text find. */
export function refreshQueries(view: EditorView): void {
  view.dispatch({ effects: askAgain.of(null) });
}

/** The closed fences of a note that say `query`, with what stands in them. */
export function queryFences(state: EditorState): { to: number; query: string }[] {
  const found: { to: number; query: string }[] = [];
  const cursor = syntaxTree(state).cursor();
  if (!cursor.firstChild()) return found;
  do {
    if (cursor.name !== 'FencedCode') continue;
    const fence = cursor.node;
    const info = fence.getChild('CodeInfo');
    if (info === null || state.sliceDoc(info.from, info.to).trim().toLowerCase() !== 'query') continue;
    if (fence.getChildren('CodeMark').length < 2) continue;
    const query = fence
      .getChildren('CodeText')
      .map(({ from, to }) => state.sliceDoc(from, to))
      .join(' ');
    found.push({ to: state.doc.lineAt(fence.to).to, query: query.replace(/\s+/g, ' ').trim() });
  } while (cursor.nextSibling());
  return found;
}

function draw(state: EditorState, turn: number): DecorationSet {
  const found = queryFences(state).flatMap(({ to, query }): Range<Decoration>[] =>
    query === ''
      ? []
      : [Decoration.widget({ widget: new QueryResults(query, turn), side: 1, block: true }).range(to)],
  );
  return Decoration.set(found);
}

interface Drawn {
  turn: number;
  widgets: DecorationSet;
}

/** What each `query` fence finds, listed beneath it. The list is no part of the text. */
export function queryResults(): Extension {
  return StateField.define<Drawn>({
    create: (state) => ({ turn: 0, widgets: draw(state, 0) }),
    update({ turn, widgets }, transaction) {
      const again = transaction.effects.some((effect) => effect.is(askAgain));
      const parsed = syntaxTree(transaction.startState) !== syntaxTree(transaction.state);
      if (!again && !parsed && !transaction.docChanged) return { turn, widgets };
      const next = again ? turn + 1 : turn;
      return { turn: next, widgets: draw(transaction.state, next) };
    },
    provide: (field) => EditorView.decorations.from(field, ({ widgets }) => widgets),
  });
}
