import type { Tree } from '@lezer/common';
import { type LinkSpot, linkSpots } from '../links/link-spot.ts';
import type { NoteFacts } from '../markdown/note-facts.ts';
import { headingLevel } from '../markdown/plain-text.ts';
import { quickNoteParser } from '../markdown/quick-note-parser.ts';
import { understandNote } from '../markdown/understand.ts';
import { noteName } from '../paths/note-path.ts';
import { type Label, labelsOf } from './labels.ts';

/** A note's text by the grammar, each part worked out once, when it is asked for. */
export class Reading {
  readonly path: string;
  readonly text: string;
  #tree: Tree | null = null;
  #facts: NoteFacts | null = null;
  #spots: LinkSpot[] | null = null;
  #spotsByPlace: Map<number, LinkSpot> | null = null;
  #headings: { from: number; to: number }[] | null = null;
  #blockIds: { id: string; from: number; to: number }[] | null = null;
  #labels: Label[] | null = null;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  get tree(): Tree {
    this.#tree ??= quickNoteParser.parse(this.text);
    return this.#tree;
  }

  get facts(): NoteFacts {
    this.#facts ??= understandNote(noteName(this.path), this.text);
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
