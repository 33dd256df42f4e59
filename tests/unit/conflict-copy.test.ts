import { expect, it } from 'vitest';
import { conflictCopyOf } from '../../src/core/paths/conflict-copy.ts';
import type { NotePath } from '../../src/core/paths/note-path.ts';

it.each([
  ['in/A note (Ann’s conflicted copy 2021-02-09).md', 'in/A note.md'],
  ['A note (conflicted copy 2021-02-09 211500).md', 'A note.md'],
  ['A (b) (Ann conflicted copy).md', 'A (b).md'],
  ['A note.sync-conflict-20210209-211500-ABCDEFG.md', 'A note.md'],
  ['A note (SFConflict ann@x.y 2021-02-09-21-15-00).md', 'A note.md'],
  ['A note.Conflict.md', 'A note.md'],
  ['A note [conflicted].md', 'A note.md'],
  ['A note 2.md', null],
  ['A note (2).md', null],
  ['On conflict (and peace).md', null],
  ['Conflict.md', null],
])('C31: %s is a copy of %s', (path, original) => {
  expect(conflictCopyOf(path as NotePath)).toBe(original);
});
