import { ChangeSet, Text } from '@codemirror/state';
import { type Lined, readLineEnds, writeLineEnds } from '../../core/text/line-ends.ts';

const BOM = '\ufeff';

export type LineEnd = '\n' | '\r\n' | '\r';

/** A note's text as it is edited, and the bytes it stands for: what was never edited stays as it was read. Immutable. */
export class NoteText {
  readonly doc: Text;
  readonly #origin: { lined: Lined; bom: boolean };
  readonly #since: ChangeSet;
  #bytes: Buffer | null = null;

  private constructor(origin: { lined: Lined; bom: boolean }, since: ChangeSet, doc: Text) {
    this.#origin = origin;
    this.#since = since;
    this.doc = doc;
  }

  /** The text of a note's bytes, which must be UTF-8. */
  static fromBytes(bytes: Uint8Array): NoteText {
    const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    const bom = whole.startsWith(BOM);
    const lined = readLineEnds(bom ? whole.slice(1) : whole);
    const text = new NoteText(
      { lined, bom },
      ChangeSet.empty(lined.text.length),
      Text.of(lined.text.split('\n')),
    );
    text.#bytes = Buffer.from(bytes);
    return text;
  }

  static fromString(text: string): NoteText {
    return NoteText.fromBytes(Buffer.from(text, 'utf8'));
  }

  /** The text after `changes`, whose length must be the text's. */
  apply(changes: ChangeSet): NoteText {
    return new NoteText(this.#origin, this.#since.compose(changes), changes.apply(this.doc));
  }

  /** The bytes a file with this text holds; every line break that was not edited ends as it did. */
  bytes(): Buffer {
    this.#bytes ??= Buffer.from(
      (this.#origin.bom ? BOM : '') + writeLineEnds(this.#origin.lined, this.#since, this.doc.toString()),
      'utf8',
    );
    return this.#bytes;
  }

  toString(): string {
    return this.doc.toString();
  }

  /** What ends its first line; LF where it has only one. */
  get lineEnd(): LineEnd {
    const [first] = this.#origin.lined.ends ?? [];
    return first === undefined ? '\n' : (first as LineEnd);
  }
}
