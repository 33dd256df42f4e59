import { Compartment, type Extension } from '@codemirror/state';
import { Decoration, EditorView, WidgetType } from '@codemirror/view';

/** What stands above the text and is no part of it. An empty part is not shown. */
export interface NoteHeader {
  overline: string;
  title: string;
}

class HeaderWidget extends WidgetType {
  readonly #header: NoteHeader;

  constructor(header: NoteHeader) {
    super();
    this.#header = header;
  }

  override eq(other: HeaderWidget): boolean {
    return other.#header.overline === this.#header.overline && other.#header.title === this.#header.title;
  }

  override toDOM(): HTMLElement {
    const block = document.createElement('div');
    block.className = 'er-header';
    if (this.#header.overline !== '') {
      const overline = block.appendChild(document.createElement('div'));
      overline.className = 'er-overline';
      overline.textContent = this.#header.overline;
    }
    if (this.#header.title !== '') {
      const title = block.appendChild(document.createElement('h1'));
      title.className = 'er-title';
      title.textContent = this.#header.title;
    }
    return block;
  }

  override get estimatedHeight(): number {
    return this.#header.title === '' ? 42 : 84;
  }

  // A click beside the title puts the cursor at the start of the text.
  override ignoreEvent(): boolean {
    return false;
  }
}

const slot = new Compartment();

const shown = (header: NoteHeader): Extension =>
  header.overline === '' && header.title === ''
    ? []
    : EditorView.decorations.of(
        Decoration.set(
          Decoration.widget({ widget: new HeaderWidget(header), block: true, side: -1 }).range(0),
        ),
      );

/** The header as a block above the first line. */
export const noteHeader = (header: NoteHeader): Extension => slot.of(shown(header));

/** Shows another header. */
export function changeHeader(view: EditorView, header: NoteHeader): void {
  view.dispatch({ effects: slot.reconfigure(shown(header)) });
}
