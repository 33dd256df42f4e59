import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  pickedCompletion,
} from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import type { EditorState, Extension } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { editorCallbacks, type LinkCompletion } from './callbacks.ts';

const OPEN_LINK = /\[\[([^[\]|\n]{0,200})$/;
/** What may follow the cursor and still belong to the same link: the rest of the target, an alias, the closing brackets. */
const REST_OF_LINK = /^([^[\]|\n]{0,200})(\\?\|[^[\]\n]{0,400})?\]\]/;

export interface CompletionEdit {
  /** Columns in the line. */
  from: number;
  to: number;
  insert: string;
  /** Where the cursor goes: behind the whole link. */
  cursor: number;
}

/** What stands between `[[` and the end of `before`, or `null` where no wikilink is being written. */
export function openLinkQuery(before: string): string | null {
  return OPEN_LINK.exec(before)?.[1] ?? null;
}

/**
 * How taking `choice` changes a line whose open link begins (after `[[`) at column `start`, with the cursor at `column`. Closing
 * brackets that are there already are used, and an alias that somebody wrote is kept.
 */
export function completionEdit(
  line: string,
  start: number,
  column: number,
  choice: { link: string; alias: string | null },
  inTable: boolean,
): CompletionEdit {
  const rest = REST_OF_LINK.exec(line.slice(column));
  const written = rest?.[2];
  const pipe = inTable ? '\\|' : '|';
  const alias = written ?? (choice.alias === null ? '' : `${pipe}${choice.alias}`);
  const insert = `${choice.link}${alias}]]`;
  return { from: start, to: column + (rest?.[0].length ?? 0), insert, cursor: start + insert.length };
}

function isInTable(state: EditorState, position: number): boolean {
  for (let node = syntaxTree(state).resolveInner(position, -1); node.parent !== null; node = node.parent) {
    if (node.name === 'Table') return true;
  }
  return false;
}

function takeCompletion(choice: LinkCompletion) {
  return (view: EditorView, completion: Completion, from: number, to: number) => {
    const line = view.state.doc.lineAt(from);
    const edit = completionEdit(
      line.text,
      from - line.from,
      to - line.from,
      choice,
      isInTable(view.state, from),
    );
    view.dispatch({
      changes: { from: line.from + edit.from, to: line.from + edit.to, insert: edit.insert },
      selection: { anchor: line.from + edit.cursor },
      annotations: pickedCompletion.of(completion),
      userEvent: 'input.complete',
      scrollIntoView: true,
    });
  };
}

async function completeWikilink(context: CompletionContext): Promise<CompletionResult | null> {
  const open = context.matchBefore(OPEN_LINK);
  if (open === null || insideCode(context)) return null;
  const query = open.text.slice(2);
  const found = await context.state
    .facet(editorCallbacks)
    .completeLinks(query)
    .catch(() => []);
  if (context.aborted || found.length === 0) return null;
  return {
    from: open.from + 2,
    filter: false,
    options: found.map((choice) => ({
      label: choice.title,
      detail: choice.detail,
      type: 'note',
      apply: takeCompletion(choice),
    })),
  };
}

function insideCode({ state, pos }: CompletionContext): boolean {
  return /^(FencedCode|CodeText|CodeBlock|InlineCode)$/.test(syntaxTree(state).resolveInner(pos, -1).name);
}

/** `[[` and `![[` complete to notes, asked for anew at each key. */
export const linkCompletion: Extension = autocompletion({
  override: [completeWikilink],
  icons: false,
  activateOnTypingDelay: 40,
  interactionDelay: 30,
  maxRenderedOptions: 40,
  tooltipClass: () => 'er-completion',
});
