import { ChangeSet, Text } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { changesBetween, differences } from '../../src/core/text/diff.ts';

describe('what changed from one text to another', () => {
  const cases: [name: string, before: string, after: string, expected: [number, number, string][]][] = [
    ['a word within a line', 'one two three\n', 'one 2 three\n', [[4, 7, '2']]],
    ['a line more', 'one\nthree\n', 'one\ntwo\nthree\n', [[4, 4, 'two\n']]],
    ['a line less', 'one\ntwo\nthree\n', 'one\nthree\n', [[4, 8, '']]],
    ['a line at the end, without a break', 'one', 'one\ntwo', [[3, 3, '\ntwo']]],
    [
      'a line anew: no letter of the old one is used',
      '- see note 12\n',
      '- nothing to see\n',
      [[0, 13, '- nothing to see']],
    ],
    [
      'a line less and one changed',
      '- one bee here\n- two bees here\n- four\n',
      '- one bee here and there\n- four\n',
      [
        [14, 14, ' and there'],
        [15, 31, ''],
      ],
    ],
    ['a line broken in two', 'one two three\n', 'one two\nthree\n', [[7, 8, '\n']]],
    ['two lines joined', 'one two\nthree\n', 'one two three\n', [[7, 8, ' ']]],
  ];

  it.each(cases)('C22: %s', (_, before, after, expected) => {
    expect(differences(before, after).map(({ from, to, insert }) => [from, to, insert])).toEqual(expected);
  });

  it('C22: what another program wrote stays in one piece when the line it took the place of is deleted', () => {
    const before = '- first\n- see note 12\n- last\n';
    const theirs = changesBetween(before, '- first\n- nothing to see\n- last\n');
    const mine = ChangeSet.of({ from: 8, to: 22, insert: '' }, before.length, '\n');
    const text = Text.of(before.split('\n'));
    expect(theirs.compose(mine.map(theirs)).apply(text).toString()).toContain('- nothing to see');
  });
});
