import { type EditorView, WidgetType } from '@codemirror/view';
import { callbacks, type QueryFound } from './callbacks.ts';

const ASK_AFTER_MS = 150;
/** While a folder is being read something is new all the time. */
const ASK_AGAIN_AFTER_MS = 1000;
const LINE_HEIGHT = 26;

interface Shown {
  list: number;
  query: string;
  askedAt: number;
  timer: ReturnType<typeof setTimeout> | null;
}

/** The list on the page by its element: it stays there while what it asks for is changed, so that nothing jumps. */
const shown = new WeakMap<HTMLElement, Shown>();
let count = 0;
/** How high the list of a query was when it was last seen: to scroll past it before it is there again. */
const heights = new Map<string, number>();

/** What a query finds, as a list whose lines open. Built of text only. */
export class QueryResults extends WidgetType {
  readonly #query: string;
  readonly #turn: number;

  constructor(query: string, turn: number) {
    super();
    this.#query = query;
    this.#turn = turn;
  }

  override eq(other: QueryResults): boolean {
    return other.#query === this.#query && other.#turn === this.#turn;
  }

  override get estimatedHeight(): number {
    return heights.get(this.#query) ?? 2 * LINE_HEIGHT;
  }

  override toDOM(view: EditorView): HTMLElement {
    const list = document.createElement('div');
    list.className = 'cm-query';
    list.contentEditable = 'false';
    list.setAttribute('role', 'region');
    shown.set(list, { list: count, query: this.#query, askedAt: 0, timer: null });
    count += 1;
    list.append(element('div', 'cm-query-note', 'Searching…'));
    this.#name(list);
    this.#ask(view, list);
    return list;
  }

  override updateDOM(list: HTMLElement, view: EditorView): boolean {
    const before = shown.get(list);
    if (before === undefined) return false;
    const isSame = before.query === this.#query;
    if (isSame && before.timer !== null) return true;
    if (before.timer !== null) clearTimeout(before.timer);
    before.query = this.#query;
    const wait = isSame
      ? Math.max(ASK_AFTER_MS, before.askedAt + ASK_AGAIN_AFTER_MS - performance.now())
      : ASK_AFTER_MS;
    before.timer = setTimeout(() => {
      before.timer = null;
      this.#ask(view, list);
    }, wait);
    this.#name(list);
    return true;
  }

  override destroy(list: HTMLElement): void {
    const timer = shown.get(list)?.timer ?? null;
    if (timer !== null) clearTimeout(timer);
    shown.delete(list);
  }

  override ignoreEvent(): boolean {
    return true;
  }

  #name(list: HTMLElement): void {
    list.setAttribute('aria-label', `What “${this.#query}” finds`);
  }

  #ask(view: EditorView, list: HTMLElement): void {
    const query = this.#query;
    const state = shown.get(list);
    if (state === undefined) return;
    state.askedAt = performance.now();
    view.state
      .facet(callbacks)
      .runQuery(query, state.list)
      .then((found) => {
        // The newer question of this list is answered.
        if (found === null || shown.get(list)?.query !== query) return;
        list.replaceChildren(
          ...rowsOf(found, query, (path, line) => view.state.facet(callbacks).onOpenFound(path, line)),
        );
        view.requestMeasure({
          key: list,
          read: () => heights.set(query, list.offsetHeight),
        });
      });
  }
}

function rowsOf(
  found: QueryFound,
  query: string,
  open: (path: string, line: number | null) => void,
): HTMLElement[] {
  if (found.kind === 'wrong') {
    const fault = element('code', 'cm-query-fault', query.slice(found.from, found.to));
    const note = element('div', 'cm-query-note cm-query-wrong', '');
    note.append(fault, ` ${found.message}`);
    return [note];
  }
  if (found.kind === 'failed') return [element('div', 'cm-query-note cm-query-wrong', found.message)];
  if (found.notes.length === 0) return [element('div', 'cm-query-note', 'No note fits that.')];
  const rows = found.notes.flatMap(({ path, title, lines }) => [
    opener('cm-query-title', [title], () => open(path, lines[0]?.line ?? null)),
    ...lines.map(({ line, parts }) =>
      opener(
        'cm-query-line',
        parts.map(({ text, marked }) => (marked ? element('mark', '', text) : text)),
        () => open(path, line),
      ),
    ),
  ]);
  if (found.note !== '') rows.push(element('div', 'cm-query-note', found.note));
  return rows;
}

function opener(name: string, content: (string | Node)[], open: () => void): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = name;
  button.append(...content);
  // The cursor stays in the text.
  button.addEventListener('mousedown', (event) => event.preventDefault());
  button.addEventListener('click', open);
  return button;
}

function element(tag: 'div' | 'code' | 'mark', name: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  if (name !== '') made.className = name;
  made.textContent = text;
  return made;
}
