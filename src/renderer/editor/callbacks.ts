import { Facet } from '@codemirror/state';

/** What the editor asks of whoever holds it. Targets are what stands between `[[` and `|`, with `#heading`. */
export interface EditorCallbacks {
  onOpenLink(target: string): void;
  onExtract(): void;
  completeLinks(query: string): Promise<LinkSuggestion[]>;
  /** Which of the targets lead somewhere, in order. */
  resolveLinks(targets: string[]): Promise<boolean[]>;
  /** An address for a picture of the vault, or `null`. */
  loadImage(target: string): Promise<string | null>;
}

export interface LinkSuggestion {
  link: string;
  title: string;
  detail: string;
  alias: string | null;
}

const NOBODY: EditorCallbacks = {
  onOpenLink() {},
  onExtract() {},
  completeLinks: async () => [],
  resolveLinks: async (targets) => targets.map(() => true),
  loadImage: async () => null,
};

/** The callbacks, for every extension of the editor. */
export const callbacks = Facet.define<EditorCallbacks, EditorCallbacks>({
  combine: ([first]) => first ?? NOBODY,
});
