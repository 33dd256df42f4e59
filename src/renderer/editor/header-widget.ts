import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view';

export interface NoteHeader {
  /** The day or folder, in small type. */
  overline: string;
  /** The note's name; `''` where the text begins with a heading of its own. */
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
    const header = document.createElement('div');
    header.className = 'cm-note-header';
    header.contentEditable = 'false';
    for (const [name, text] of Object.entries(this.#header)) {
      if (text === '') continue;
      const part = document.createElement('div');
      part.className = `cm-note-${name}`;
      part.textContent = text;
      header.append(part);
    }
    return header;
  }

  override get estimatedHeight(): number {
    return this.#header.title === '' ? 24 : 90;
  }
}

export const changeHeader = StateEffect.define<NoteHeader>();

/** What stands above the text: not part of the note. */
export function noteHeader(initial: NoteHeader): Extension {
  return StateField.define<DecorationSet>({
    create: () => draw(initial),
    update(drawn, transaction) {
      for (const effect of transaction.effects) if (effect.is(changeHeader)) return draw(effect.value);
      return drawn;
    },
    provide: (field) => EditorView.decorations.from(field),
  });
}

function draw(header: NoteHeader): DecorationSet {
  return Decoration.set(
    Decoration.widget({ widget: new HeaderWidget(header), side: -1, block: true }).range(0),
  );
}
