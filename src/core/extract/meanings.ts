import { decode, type LinkSpot } from '../links/link-spot.ts';
import { parseLinkTarget } from '../links/link-target.ts';
import type { Reading, Rewritten } from './reading.ts';

/** What a link means: a file, and where it names a heading or a block that is known, that, by where it stands. */
export interface Meaning {
  path: string;
  part: { kind: 'heading' | 'block'; from: number; to: number } | null;
}

/** The same after the move, with the heading's place among the headings of its note, or the block's id. */
export interface MeaningAfter {
  path: string;
  heading: number | null;
  block: { id: string; from: number } | null;
}

/** The heading or block as it is written in a link, without `#`; `null` where there is none. */
export function fragmentOf(text: string, { fragment, writing }: LinkSpot): string | null {
  return fragment === null ? null : decode(text.slice(fragment.from, fragment.to), writing);
}

/** What a link of a note means; `null` where it leads nowhere. */
export function meaningOf(
  source: Reading,
  spot: LinkSpot,
  known: ReadonlyMap<string, Reading>,
  resolve: (target: string, from: string) => string | null,
): Meaning | null {
  const path = resolve(spot.target, source.path);
  if (path === null) return null;
  const fragment = fragmentOf(source.text, spot);
  const reading = fragment === null ? undefined : known.get(path);
  if (reading === undefined) return { path, part: null };
  const { block } = parseLinkTarget(`#${fragment ?? ''}`);
  if (block !== null) {
    const found = blockCalled(reading, block);
    return { path, part: found === undefined ? null : { kind: 'block', from: found.from, to: found.to } };
  }
  const at = reading.headingCalled(fragment ?? '');
  const heading = reading.headings[at];
  return { path, part: heading === undefined ? null : { kind: 'heading', ...heading } };
}

/** The block that has an id: the first. */
export function blockCalled(
  reading: Reading,
  id: string,
): { id: string; from: number; to: number } | undefined {
  return reading.blockIds.find((block) => block.id.toLowerCase() === id.toLowerCase());
}

interface Arrived {
  headings: { from: number; to: number; path: string; at: number }[];
  /** By where they stood. */
  blocks: Map<number, { path: string; id: string; from: number }>;
  /** What was asked already, by where the heading or the block stood. */
  answers: Map<number, MeaningAfter | null>;
}

/** Where the headings and blocks of the notes before are in the drafts, which must stay as they are meanwhile. */
export class Arrivals {
  readonly #drafts = new Map<string, Rewritten>();
  /** The drafts with something of another note. */
  readonly #mixed: Rewritten[] = [];
  /** What became of a note, for those that were asked about: nearly every link is to the same few. */
  readonly #known = new Map<string, Arrived>();
  readonly #wholes = new Map<string, MeaningAfter>();

  constructor(drafts: readonly Rewritten[]) {
    for (const one of drafts) {
      this.#drafts.set(one.draft.path, one);
      if (one.draft.isMixed) this.#mixed.push(one);
    }
  }

  /** The draft at `path`, read. */
  readingAt(path: string): Reading | undefined {
    return this.#drafts.get(path)?.reading;
  }

  /** What a link has to mean now, the same object for the same meaning; `null` where what it meant is no heading or block any more. */
  of({ path, part }: Meaning): MeaningAfter | null {
    // Most links are to whole notes: these need not be read for it.
    if (part === null) return this.#whole(path);
    const arrived = this.#known.get(path) ?? this.#find(path);
    const known = arrived.answers.get(part.from);
    if (known !== undefined) return known;
    const answer = part.kind === 'block' ? blockAfter(arrived, part) : headingAfter(arrived, part);
    arrived.answers.set(part.from, answer);
    return answer;
  }

  #whole(path: string): MeaningAfter {
    const whole = this.#wholes.get(path) ?? { path, heading: null, block: null };
    this.#wholes.set(path, whole);
    return whole;
  }

  #find(path: string): Arrived {
    const arrived: Arrived = {
      headings: [],
      blocks: new Map(),
      answers: new Map(),
    };
    this.#known.set(path, arrived);
    const own = this.#drafts.get(path);
    const holding = own === undefined || own.draft.isMixed ? this.#mixed : [...this.#mixed, own];
    for (const { draft, reading } of holding) {
      for (const [at, { from, to }] of reading.headings.entries())
        for (const origin of draft.originsOf(from, to))
          if (origin.of === path && origin.way !== 'copied')
            arrived.headings.push({ from: origin.from, to: origin.to, path: draft.path, at });
      for (const { id, from } of reading.blockIds) {
        const origin = draft.originOf(from);
        if (origin?.path === path && origin.way !== 'copied')
          arrived.blocks.set(origin.offset, { path: draft.path, id, from });
      }
    }
    return arrived;
  }
}

function blockAfter({ blocks }: Arrived, { from }: { from: number }): MeaningAfter | null {
  const block = blocks.get(from);
  return block === undefined ? null : { path: block.path, heading: null, block };
}

function headingAfter({ headings }: Arrived, part: { from: number; to: number }): MeaningAfter | null {
  let best: { path: string; at: number; length: number } | null = null;
  for (const { from, to, ...there } of headings) {
    const length = Math.min(to, part.to) - Math.max(from, part.from);
    if (length > 0 && length > (best?.length ?? 0)) best = { ...there, length };
  }
  return best === null ? null : { path: best.path, heading: best.at, block: null };
}
