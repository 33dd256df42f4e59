import type { TextChange } from '../text/text-change.ts';

/** A stretch of a note as it is before, and what becomes of it. Offsets are UTF-16 code units. */
export interface Slice {
  /** The path of the note that it is in before. */
  of: string;
  from: number;
  to: number;
  /** A copy has its original elsewhere; links to what is in it mean the original. */
  way: 'stays' | 'moves' | 'copied';
}

/** A part of a text as it will be: what is there already, or something new. */
export type Piece = Slice | { text: string };

/** Where something in a draft was before. */
export interface Origin {
  path: string;
  offset: number;
  way: Slice['way'];
}

export const isSlice = (piece: Piece): piece is Slice => 'of' in piece;

/** The texts of the notes as they are before, by path. */
export type Texts = ReadonlyMap<string, string>;

/** A note as it will be, every character of it new or with a known origin. */
export class Draft {
  readonly path: string;
  readonly pieces: readonly Piece[];
  readonly text: string;
  /** Where each piece begins in the text. */
  readonly starts: readonly number[];
  /** Something of another note is in it. */
  readonly isMixed: boolean;
  readonly #texts: Texts;
  #changes: readonly TextChange[] | null = null;

  constructor(path: string, pieces: readonly Piece[], texts: Texts) {
    this.path = path;
    this.#texts = texts;
    this.pieces = pieces.filter((piece) => (isSlice(piece) ? piece.to > piece.from : piece.text !== ''));
    const starts: number[] = [];
    let text = '';
    let isMixed = false;
    for (const piece of this.pieces) {
      starts.push(text.length);
      text += this.#textOf(piece);
      isMixed ||= isSlice(piece) && piece.of !== path;
    }
    this.starts = starts;
    this.isMixed = isMixed;
    this.text = text;
  }

  /** Where the character at `offset` was; `null` for what is new. */
  originOf(offset: number): Origin | null {
    const at = this.#pieceAt(offset);
    const piece = this.pieces[at];
    if (piece === undefined || !isSlice(piece)) return null;
    return { path: piece.of, offset: piece.from + offset - (this.starts[at] ?? 0), way: piece.way };
  }

  /** The origins of a stretch of the text, in order. */
  originsOf(from: number, to: number): Slice[] {
    const found: Slice[] = [];
    for (let at = this.#pieceAt(from); at < this.pieces.length; at += 1) {
      const piece = this.pieces[at];
      const start = this.starts[at] ?? 0;
      if (piece === undefined || start >= to) break;
      if (!isSlice(piece)) continue;
      const first = piece.from + Math.max(0, from - start);
      const last = Math.min(piece.to, piece.from + to - start);
      if (last > first) found.push({ ...piece, from: first, to: last });
    }
    return found;
  }

  /** The draft with stretches of its text replaced by new text; the changes are in order. */
  rewrite(changes: readonly TextChange[]): Draft {
    if (changes.length === 0) return this;
    const pieces: Piece[] = [];
    let at = 0;
    for (const { from, to, insert } of changes) {
      pieces.push(...this.#stretch(at, from), { text: insert });
      at = to;
    }
    return new Draft(this.path, [...pieces, ...this.#stretch(at, this.text.length)], this.#texts);
  }

  /** What has to be changed in the note of this path, which is there already, so that it becomes the draft; in order. */
  get changes(): readonly TextChange[] {
    this.#changes ??= this.#findChanges();
    return this.#changes;
  }

  #findChanges(): TextChange[] {
    const changes: TextChange[] = [];
    let at = 0;
    let insert = '';
    const changeUpTo = (offset: number) => {
      if (offset > at || insert !== '') changes.push({ from: at, to: offset, insert });
      insert = '';
    };
    for (const piece of this.pieces) {
      if (isSlice(piece) && piece.way === 'stays' && piece.of === this.path) {
        changeUpTo(piece.from);
        at = piece.to;
      } else insert += this.#textOf(piece);
    }
    changeUpTo(this.#texts.get(this.path)?.length ?? 0);
    return changes;
  }

  #textOf(piece: Piece): string {
    return isSlice(piece) ? (this.#texts.get(piece.of) ?? '').slice(piece.from, piece.to) : piece.text;
  }

  #stretch(from: number, to: number): Piece[] {
    const found: Piece[] = [];
    for (let at = this.#pieceAt(from); at < this.pieces.length; at += 1) {
      const piece = this.pieces[at];
      const start = this.starts[at] ?? 0;
      if (piece === undefined || start >= to) break;
      const first = Math.max(0, from - start);
      if (!isSlice(piece)) found.push({ text: piece.text.slice(first, to - start) });
      else
        found.push({
          ...piece,
          from: piece.from + first,
          to: Math.min(piece.to, piece.from + to - start),
        });
    }
    return found;
  }

  #pieceAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }
}

/** A stretch of a note that something else takes the place of; `from` is `to` where something is only put in. */
export interface Cut {
  from: number;
  to: number;
  insert: readonly Piece[];
}

/** The pieces of a note of which stretches are cut out. Cuts may be in any order, but not overlap. */
export function cutPieces(path: string, length: number, cuts: readonly Cut[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { from, to, insert } of cuts.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    pieces.push({ of: path, from: at, to: from, way: 'stays' }, ...insert);
    at = to;
  }
  return [...pieces, { of: path, from: at, to: length, way: 'stays' }];
}
