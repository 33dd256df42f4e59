import { syntaxTree } from '@codemirror/language';
import { type EditorState, type Extension, type Range, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';
import { QueryResults } from './query-results.ts';

/** What holds no fence: most of a note is not looked into. */
const LEAVES = /^(?:Paragraph|(?:ATX|Setext)Heading\d|Table|Task|FrontmatterBlock|Frontmatter)$/;

/** Something may be found now that was not: every list on screen asks again. */
const askAgain = StateEffect.define<null>();

/** Asks anew for what the queries of the text find. */
export function refreshQueries(view: EditorView): void {
  view.dispatch({ effects: askAgain.of(null) });
}

/** The closed fences of a note that say `query`, in lists and callouts too, with what stands in them. */
export function queryFences(state: EditorState): { to: number; query: string }[] {
  const found: { to: number; query: string }[] = [];
  syntaxTree(state).iterate({
    enter({ name, node: fence }) {
      if (name !== 'FencedCode') return !LEAVES.test(name);
      const info = fence.getChild('CodeInfo');
      if (info === null || state.sliceDoc(info.from, info.to).trim().toLowerCase() !== 'query') return false;
      if (fence.getChildren('CodeMark').length < 2) return false;
      const query = fence
        .getChildren('CodeText')
        .map(({ from, to }) => state.sliceDoc(from, to))
        .join(' ');
      found.push({ to: state.doc.lineAt(fence.to).to, query: query.replace(/\s+/g, ' ').trim() });
      return false;
    },
  });
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
