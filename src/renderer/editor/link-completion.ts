import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  pickedCompletion,
  startCompletion,
} from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { callbacks, type LinkSuggestion } from './callbacks.ts';

/** What is typed between `[[` and the cursor. */
const OPENED = /\[\[([^[\]|#\n]*)$/;

/** What a chosen suggestion puts in place of `from`–`to` of a line: the link and its closing brackets. */
export function linkInsertion(
  { link, alias }: LinkSuggestion,
  after: string,
): { insert: string; swallow: number } {
  const insert = alias === null ? link : `${link}|${alias}`;
  return { insert: `${insert}]]`, swallow: after.startsWith(']]') ? 2 : after.startsWith(']') ? 1 : 0 };
}

/** Where nothing was found when it was last asked for. */
const foundNothing = new WeakMap<EditorView, number>();
/** How often it was heard that more may be known of the vault. */
const heard = new WeakMap<EditorView, number>();

async function suggest(context: CompletionContext): Promise<CompletionResult | null> {
  const line = context.state.doc.lineAt(context.pos);
  const opened = OPENED.exec(
    line.text.slice(Math.max(0, context.pos - line.from - 300), context.pos - line.from),
  );
  const query = opened?.[1];
  if (query === undefined) return null;
  const { view } = context;
  const heardThen = view && heard.get(view);
  const suggestions = await context.state.facet(callbacks).completeLinks(query.trim());
  if (context.aborted) return null;
  // Nothing may be an answer from before what was heard while it was on its way.
  if (suggestions.length === 0 && view && heard.get(view) !== heardThen) return suggest(context);
  if (view !== undefined) {
    if (suggestions.length === 0) foundNothing.set(view, context.pos);
    else foundNothing.delete(view);
  }
  return { from: context.pos - query.length, options: suggestions.map(optionOf), filter: false };
}

function optionOf(suggestion: LinkSuggestion): Completion {
  return {
    label: suggestion.alias ?? suggestion.title,
    detail: suggestion.detail,
    apply(view: EditorView, completion: Completion, from: number, to: number) {
      const { insert, swallow } = linkInsertion(suggestion, view.state.sliceDoc(to, to + 2));
      view.dispatch({
        changes: { from, to: to + swallow, insert },
        selection: { anchor: from + insert.length },
        annotations: pickedCompletion.of(completion),
        userEvent: 'input.complete',
      });
    },
  };
}

/** More may be known of the vault: asks again where nothing was found, and the cursor still is. */
export function suggestAgain(view: EditorView): void {
  const { main } = view.state.selection;
  heard.set(view, (heard.get(view) ?? 0) + 1);
  if (view.hasFocus && main.empty && foundNothing.get(view) === main.head) startCompletion(view);
}

/** `[[` asks for notes as one types. */
export function linkCompletion(): Extension {
  return autocompletion({
    override: [suggest],
    icons: false,
    activateOnTyping: true,
    activateOnTypingDelay: 30,
    interactionDelay: 0,
  });
}
