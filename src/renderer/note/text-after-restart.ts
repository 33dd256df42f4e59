import type { OpenNote } from '../../contract/notes.ts';
import { differences } from '../../core/text/diff.ts';
import { mergeTexts } from '../../core/text/merge.ts';

/**
 * The text that goes on where the authority does not know the one that is here: `base` was in the file when that was last known, `mine`
 * is what the window shows, `note` what the authority has. Nothing that was written on either side is left out.
 */
export function textAfterRestart(
  base: string,
  mine: string,
  { text: theirs, revision }: Pick<OpenNote, 'text' | 'revision'>,
): string {
  // Without a file nobody took anything out: what the authority lacks, it never had.
  const start = revision === null && theirs !== base ? inBoth(mine, theirs) : base;
  const { text, overlaps } = mergeTexts(start, mine, theirs);
  const left = overlaps
    .map((overlap) => overlap.theirs)
    .filter((written) => written !== '' && !text.includes(written));
  return left.length === 0 ? text : `${text}\n${left.join('\n')}`;
}

/** What two texts have in common, in order. */
function inBoth(one: string, other: string): string {
  let text = '';
  let read = 0;
  for (const { from, to } of differences(one, other)) {
    text += one.slice(read, from);
    read = to;
  }
  return text + one.slice(read);
}
