import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNotePath, utf8Length } from '../../src/core/paths/note-path.ts';
import { safeNoteName } from '../../src/core/paths/safe-name.ts';

describe('a note’s path', () => {
  it.each(['Note.md', 'a/b/Nöte 日本.MD', '+ L&D Careers MOC.md', '@chan2021.md'])('takes %s', (path) => {
    expect(parseNotePath(path)).toEqual({ ok: true, path });
  });

  it.each([
    '',
    '../x.md',
    'a/../../x.md',
    '/etc/passwd',
    '/x.md',
    'C:/x.md',
    'a\\..\\x.md',
    'x\0.md',
    'con',
    'x.md::$DATA',
    'a//b.md',
    './x.md',
    '.obsidian/x.md',
    'a/.hidden.md',
    'x.txt',
    `${'x'.repeat(10_000)}.md`,
    `${'é'.repeat(127)}.md`,
  ])('refuses %j', (path) => {
    expect(parseNotePath(path).ok).toBe(false);
  });
});

describe('a safe name', () => {
  it.each([
    ['Our Roadmap', 'Our Roadmap'],
    ['What is a CLO?', 'What is a CLO'],
    ['a/b: c | d # e ^ f', 'a b c d e f'],
    ['../../.bashrc', 'bashrc'],
    ['CON', 'CON note'],
    ['trailing. ', 'trailing'],
    ['a\u202Eb\nc', 'a b c'],
    ['###', ''],
  ])('of %j is %j', (title, name) => {
    expect(safeNoteName(title)).toBe(name);
  });

  it('always makes a path that can be parsed, whatever the title', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (title) => {
        const name = safeNoteName(title);
        fc.pre(name !== '');
        expect(parseNotePath(`${name}.md`).ok).toBe(true);
        expect(utf8Length(`${name}.md`)).toBeLessThanOrEqual(255);
        expect(name).not.toMatch(/[*"\\/<>:|?#^[\]]/);
      }),
      { numRuns: 2000 },
    );
  });
});
