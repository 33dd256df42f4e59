import { syntaxTree } from '@codemirror/language';
import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { type EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import { asWikilinkTarget } from '../../core/links/link-target.ts';
import { callbacks } from './callbacks.ts';

const learned = StateEffect.define<ReadonlyMap<string, boolean>>();
const forgotten = StateEffect.define<null>();

/** Which link targets lead somewhere, to their heading or block where they name one, as far as is known. */
export const linkStatus = StateField.define<ReadonlyMap<string, boolean>>({
  create: () => new Map(),
  update(known, transaction) {
    let next = known;
    for (const effect of transaction.effects)
      if (effect.is(learned)) next = new Map([...next, ...effect.value]);
    return next;
  },
});

/** Whether an update brought news of links. */
export function linksLearned(update: ViewUpdate): boolean {
  return update.transactions.some((transaction) => transaction.effects.some((effect) => effect.is(learned)));
}

/** Asks again for every link that is on screen: notes came or went. */
export function askAgain(view: EditorView): void {
  view.dispatch({ effects: forgotten.of(null) });
}

const ASK_AFTER_MS = 60;

class LinkAsker implements PluginValue {
  readonly #view: EditorView;
  #asked = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #ended = false;

  constructor(view: EditorView) {
    this.#view = view;
    this.#askSoon();
  }

  update(update: ViewUpdate): void {
    if (
      update.transactions.some((transaction) => transaction.effects.some((effect) => effect.is(forgotten)))
    ) {
      this.#asked = new Set();
      this.#askSoon();
    } else if (update.docChanged || update.viewportChanged) this.#askSoon();
  }

  destroy(): void {
    this.#ended = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #askSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#ask();
    }, ASK_AFTER_MS);
  }

  async #ask(): Promise<void> {
    const { state, visibleRanges } = this.#view;
    const targets = new Set<string>();
    for (const { from, to } of visibleRanges) {
      syntaxTree(state).iterate({
        from,
        to,
        enter: (node) => {
          if (node.name === 'WikilinkTarget') targets.add(state.sliceDoc(node.from, node.to));
          const isLink = node.name === 'URL' && node.node.parent?.name === 'Link';
          const named = isLink ? asWikilinkTarget(state.sliceDoc(node.from, node.to)) : null;
          if (named !== null && named !== '') targets.add(named);
        },
      });
    }
    const unknown = [...targets].filter((target) => !this.#asked.has(target));
    if (unknown.length === 0) return;
    for (const target of unknown) this.#asked.add(target);
    try {
      const answers = await state.facet(callbacks).resolveLinks(unknown);
      if (this.#ended) return;
      const known = state.field(linkStatus);
      const news = unknown.flatMap((target, index): [string, boolean][] => {
        const leads = answers[index] ?? false;
        return known.get(target) === leads ? [] : [[target, leads]];
      });
      if (news.length > 0) this.#view.dispatch({ effects: learned.of(new Map(news)) });
    } catch {
      for (const target of unknown) this.#asked.delete(target);
    }
  }
}

/** Finds out which links on screen lead to notes that are there. */
export function linkStatusExtension(): Extension {
  return [linkStatus, ViewPlugin.fromClass(LinkAsker)];
}
