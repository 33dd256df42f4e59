import { Facet } from '@codemirror/state';

/** A note or heading that `[[` can complete to. Every field is shown as text. */
export interface LinkCompletion {
  /** What to write between the brackets. */
  link: string;
  title: string;
  detail: string;
  /** What to write after the `|`, or `null` for a bare link. */
  alias: string | null;
}

/** What the editor asks of whoever holds it. */
export interface EditorCallbacks {
  /** After each change by the user, not after `setText`. */
  onChange(text: () => string): void;
  onSelection(selection: { from: number; to: number; words: number }): void;
  /** `target` is a wikilink's target with its `#heading`, or a URL. */
  onOpenLink(target: string, options: { beside: boolean }): void;
  onExtract(): void;
  /** A command of the app that the editor met by name; true where it was taken. */
  onCommand?(name: string): boolean;
  completeLinks(query: string): Promise<LinkCompletion[]>;
  /** For each target, whether it exists. */
  resolveLinks(targets: string[]): Promise<boolean[]>;
  /** An object URL for an embedded image of the vault, or `null`. */
  loadImage(target: string): Promise<string | null>;
}

const nobody: EditorCallbacks = {
  onChange: () => {},
  onSelection: () => {},
  onOpenLink: () => {},
  onExtract: () => {},
  completeLinks: async () => [],
  resolveLinks: async (targets) => targets.map(() => true),
  loadImage: async () => null,
};

/** The callbacks of the editor that a state belongs to. */
export const editorCallbacks = Facet.define<EditorCallbacks, EditorCallbacks>({
  combine: (values) => values[0] ?? nobody,
});
