import { type EditorView, WidgetType } from '@codemirror/view';
import { callbacks } from './callbacks.ts';

const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '');

/** The button in the margin of a section: in sight where the cursor is in it, elsewhere when the pointer is on its heading. */
export class ExtractButton extends WidgetType {
  readonly #hasCursor: boolean;

  constructor(hasCursor: boolean) {
    super();
    this.#hasCursor = hasCursor;
  }

  override eq(other: ExtractButton): boolean {
    return other.#hasCursor === this.#hasCursor;
  }

  override toDOM(view: EditorView): HTMLElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = this.#hasCursor ? 'cm-extract' : 'cm-extract cm-extract-quiet';
    button.textContent = 'Extract';
    button.title = `Extract this section to a page of its own (${isMac ? '⌘⇧E' : 'Ctrl Shift E'})`;
    button.tabIndex = -1;
    // The selection stays where it is: it says which section is meant.
    button.addEventListener('mousedown', (event) => event.preventDefault());
    button.addEventListener('click', () => {
      if (!this.#hasCursor) view.dispatch({ selection: { anchor: view.posAtDOM(button) } });
      view.state.facet(callbacks).onExtract();
    });
    return button;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

/** A task's box, which can be ticked. */
export class TaskBox extends WidgetType {
  readonly #done: boolean;

  constructor(done: boolean) {
    super();
    this.#done = done;
  }

  override eq(other: TaskBox): boolean {
    return other.#done === this.#done;
  }

  override toDOM(view: EditorView): HTMLElement {
    const box = document.createElement('input');
    box.type = 'checkbox';
    box.className = 'cm-task';
    box.checked = this.#done;
    box.disabled = view.state.readOnly;
    box.setAttribute('aria-label', 'Done');
    box.addEventListener('mousedown', (event) => event.preventDefault());
    box.addEventListener('click', (event) => {
      event.preventDefault();
      const at = view.posAtDOM(box);
      const mark = view.state.sliceDoc(at, at + 3);
      if (!/^\[[ xX]\]$/.test(mark)) return;
      view.dispatch({
        changes: { from: at + 1, to: at + 2, insert: mark === '[ ]' ? 'x' : ' ' },
        userEvent: 'input.tick',
      });
    });
    return box;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

/** Where a quotation is from: the host of its page, in small type. */
export class SourceLine extends WidgetType {
  readonly #host: string;

  constructor(host: string) {
    super();
    this.#host = host;
  }

  override eq(other: SourceLine): boolean {
    return other.#host === this.#host;
  }

  override toDOM(): HTMLElement {
    const source = document.createElement('span');
    source.className = 'cm-source';
    source.textContent = this.#host;
    return source;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

/** A picture of the vault beneath its line. Remote pictures are never asked for. */
export class VaultImage extends WidgetType {
  readonly #target: string;

  constructor(target: string) {
    super();
    this.#target = target;
  }

  override eq(other: VaultImage): boolean {
    return other.#target === this.#target;
  }

  override toDOM(view: EditorView): HTMLElement {
    const frame = document.createElement('span');
    frame.className = 'cm-image';
    frame.contentEditable = 'false';
    void view.state
      .facet(callbacks)
      .loadImage(this.#target)
      .then((address) => {
        if (address === null) return;
        const image = document.createElement('img');
        image.alt = this.#target;
        image.src = address;
        image.addEventListener('load', () => {
          URL.revokeObjectURL(address);
          view.requestMeasure();
        });
        frame.append(image);
      });
    return frame;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}
