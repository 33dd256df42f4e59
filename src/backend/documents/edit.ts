import { ChangeSet, type Text } from '@codemirror/state';
import { RambleError } from '../../contract/errors.ts';
import type { ChangesJson, EditKind } from '../../contract/notes.ts';

/** One change of a note's text, by whom, and when. */
export interface Edit {
  /** Who made it: a window, another program, a service. A name without meaning. */
  peer: string;
  kind: EditKind;
  /** Milliseconds since 1970. */
  at: number;
  changes: ChangeSet;
}

/** What the contract carries of a change. */
export function changesToJson(changes: ChangeSet): ChangesJson {
  return changes.toJSON() as ChangesJson;
}

/** Reads a change to a text of `length` code units. Throws `invalid-params` where it is none. */
export function changesFromJson(json: ChangesJson, length: number): ChangeSet {
  let changes: ChangeSet;
  try {
    changes = ChangeSet.fromJSON(json);
  } catch {
    throw new RambleError('invalid-params', 'That is no change of a text.');
  }
  if (changes.length !== length) {
    throw new RambleError(
      'invalid-params',
      `The change is for a text of another length (${changes.length}, not ${length}).`,
    );
  }
  return changes;
}

/** Refuses a change that would leave half a surrogate pair, which no file can hold. Throws `invalid-params`. */
export function refuseHalfPairs(text: Text, changes: ChangeSet): void {
  const splits = (at: number) =>
    at > 0 && /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.sliceString(at - 1, at + 1));
  changes.iterChanges((from, to, _fromB, _toB, inserted) => {
    if (!inserted.toString().isWellFormed() || splits(from) || splits(to))
      throw new RambleError('invalid-params', 'The change would leave half a character.');
  });
}
