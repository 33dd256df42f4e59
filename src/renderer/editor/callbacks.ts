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
  /** What a `query` fence finds. The newer question of a list takes the place of the one before, whose answer is `null`. Never rejects. */
  runQuery(query: string, list: number): Promise<QueryFound | null>;
  /** Somebody chose a line of what was found. */
  onOpenFound(path: string, line: number | null): void;
}

/** What the query of a fence found, in short lines as they read, or where it is wrong. */
export type QueryFound =
  | { kind: 'wrong'; message: string; from: number; to: number }
  | { kind: 'failed'; message: string }
  | {
      kind: 'found';
      notes: {
        path: string;
        title: string;
        lines: { line: number; parts: { text: string; marked: boolean }[] }[];
      }[];
      /** What else there is to say; `''` for nothing. */
      note: string;
    };

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
  runQuery: async () => ({ kind: 'found', notes: [], note: '' }),
  onOpenFound() {},
};

/** The callbacks, for every extension of the editor. */
export const callbacks = Facet.define<EditorCallbacks, EditorCallbacks>({
  combine: ([first]) => first ?? NOBODY,
});
