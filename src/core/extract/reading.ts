import type { Tree } from '@lezer/common';
import { type LinkSpot, linkSpots } from '../links/link-spot.ts';
import { targetKey } from '../links/resolve.ts';
import { findHeading, type HeadingPlace, headingPlace } from '../links/resolve-fragment.ts';
import type { NoteFacts } from '../markdown/note-facts.ts';
import { headingLevel } from '../markdown/plain-text.ts';
import { quickNoteParser } from '../markdown/quick-note-parser.ts';
import { understandNote } from '../markdown/understand.ts';
import { noteName } from '../paths/note-path.ts';
import { areSameChanges, type TextChange } from '../text/text-change.ts';
import { Draft } from './draft.ts';
import { type Label, labelsOf } from './labels.ts';

/** Gives what is known of the text of the note at `path`. */
export type Read = (path: string, text: string) => Reading;

export const readAnew: Read = (path, text) => new Reading(path, text);

/** The versions of a note that are remembered: as it is, and as plans would leave it. */
const VERSIONS = 4;

/** Reads notes for plans, which are made again and again of the same ones, while one is chosen. */
export interface Reader {
  /** Reads each text once. */
  read: Read;
  /** The text of something that never changes, as one string. */
  textOf(source: { toString(): string }): string;
  /** Lets go of all. */
  forget(): void;
}

export function createReader(): Reader {
  const known = new Map<string, Reading[]>();
  let texts = new WeakMap<object, string>();
  const read: Read = (path, text) => {
    const ofNote = known.get(path) ?? [];
    if (ofNote[0]?.text === text) return ofNote[0];
    const found = ofNote.find((reading) => reading.text === text) ?? new Reading(path, text);
    known.set(path, [found, ...ofNote.filter((reading) => reading !== found)].slice(0, VERSIONS));
    return found;
  };
  return {
    read,
    textOf(source) {
      const text = texts.get(source) ?? source.toString();
      texts.set(source, text);
      return text;
    },
    forget() {
      known.clear();
      texts = new WeakMap();
    },
  };
}

/** A note with changes. */
export interface Rewritten {
  draft: Draft;
  reading: Reading;
}

/** A note's text by the grammar, each part worked out once, when it is asked for. */
export class Reading {
  readonly path: string;
  readonly text: string;
  #tree: Tree | null = null;
  #facts: NoteFacts | null = null;
  #spots: LinkSpot[] | null = null;
  #spotsByPlace: Map<number, LinkSpot> | null = null;
  #spotsByKey: Map<string, LinkSpot[]> | null = null;
  #headings: { from: number; to: number }[] | null = null;
  #blockIds: { id: string; from: number; to: number }[] | null = null;
  #labels: Label[] | null = null;
  #parts: string | null = null;
  #headingPlaces: HeadingPlace[] | null = null;
  readonly #headingsCalled = new Map<string, number>();
  #draft: Draft | null = null;
  #rewritten: (Rewritten & { changes: readonly TextChange[] }) | null = null;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  /** The note as it is, as a draft of itself. */
  get draft(): Draft {
    const { path, text } = this;
    this.#draft ??= new Draft(
      path,
      [{ of: path, from: 0, to: text.length, way: 'stays' }],
      new Map([[path, text]]),
    );
    return this.#draft;
  }

  /** The note with these changes, which are in order. The last is kept: plans are made again and again, and most notes in them change alike. */
  rewritten(changes: readonly TextChange[]): Rewritten {
    if (changes.length === 0) return { draft: this.draft, reading: this };
    if (this.#rewritten !== null && areSameChanges(changes, this.#rewritten.changes)) return this.#rewritten;
    const draft = this.draft.rewrite(changes);
    this.#rewritten = { changes, draft, reading: new Reading(this.path, draft.text) };
    return this.#rewritten;
  }

  get tree(): Tree {
    this.#tree ??= quickNoteParser.parse(this.text);
    return this.#tree;
  }

  get facts(): NoteFacts {
    this.#facts ??= understandNote(noteName(this.path), this.text, this.tree);
    return this.#facts;
  }

  /** The note's links, the destinations of its references among them. */
  get spots(): LinkSpot[] {
    this.#spots ??= linkSpots(this.text, this.facts);
    return this.#spots;
  }

  /** The link that begins at `offset`. */
  spotAt(offset: number): LinkSpot | undefined {
    this.#spotsByPlace ??= new Map(this.spots.map((spot) => [spot.link.from, spot]));
    return this.#spotsByPlace.get(offset);
  }

  /** The links that are looked up under one of these keys, in order. */
  spotsCalled(keys: ReadonlySet<string>): LinkSpot[] {
    this.#spotsByKey ??= Map.groupBy(this.spots, ({ target }) => targetKey(target, this.path));
    const found: LinkSpot[] = [];
    for (const key of keys) found.push(...(this.#spotsByKey.get(key) ?? []));
    return found.length < 2 ? found : found.sort((a, b) => a.link.from - b.link.from);
  }

  /** The same for two readings with the same headings and block ids, in order. */
  get parts(): string {
    this.#parts ??= JSON.stringify([
      this.facts.headings.map(({ level, written }) => [level, written]),
      this.blockIds.map(({ id }) => id),
    ]);
    return this.#parts;
  }

  /** Each of `facts.headings` as links know it. */
  get headingPlaces(): HeadingPlace[] {
    this.#headingPlaces ??= this.facts.headings.map(headingPlace);
    return this.#headingPlaces;
  }

  /** Which of `facts.headings` a link with this fragment means; -1 for none. */
  headingCalled(fragment: string): number {
    const known = this.#headingsCalled.get(fragment);
    if (known !== undefined) return known;
    const found = findHeading(fragment, this.headingPlaces);
    this.#headingsCalled.set(fragment, found);
    return found;
  }

  /** Where each of `facts.headings` stands. */
  get headings(): { from: number; to: number }[] {
    if (this.#headings === null) this.#readTree();
    return this.#headings ?? [];
  }

  /** Every block id and where it stands, its `^` included. */
  get blockIds(): { id: string; from: number; to: number }[] {
    if (this.#blockIds === null) this.#readTree();
    return this.#blockIds ?? [];
  }

  /** Footnotes and references to links: what names them, and what they are. */
  get labels(): Label[] {
    this.#labels ??= labelsOf(this.tree, this.text);
    return this.#labels;
  }

  #readTree(): void {
    const headings: { from: number; to: number }[] = [];
    const blockIds: { id: string; from: number; to: number }[] = [];
    this.tree.iterate({
      enter: ({ name, from, to }) => {
        if (headingLevel(name) !== null) headings.push({ from, to });
        else if (name === 'BlockId') blockIds.push({ id: this.text.slice(from + 1, to), from, to });
      },
    });
    this.#headings = headings;
    this.#blockIds = blockIds;
  }
}
