import { cutPieces, Draft } from './draft.ts';
import { leaveBehind } from './left-behind.ts';
import { movedPieces, outdent } from './moved-text.ts';
import { Reading } from './reading.ts';
import type { Range } from './section.ts';
import { brokenConstruct } from './shape.ts';

/** Whether a stretch that stands alone, and the note without it, are read as they are together. */
export function fitsAlone(reading: Reading, range: Range): boolean {
  const { path, text } = reading;
  const texts = new Map([[path, text]]);
  const wording = '-> [[x]]';
  const stays = new Draft(path, cutPieces(path, text.length, [leaveBehind(reading, range, wording)]), texts);
  const moves = new Draft(`${path} `, movedPieces(reading, range, outdent(reading, range)), texts);
  const drafts = [stays, moves].map((draft) => ({ draft, reading: new Reading(draft.path, draft.text) }));
  return brokenConstruct([reading], drafts) === null;
}
