import { describe, expect, it } from 'vitest';
import { linkTextFor, resolveLink } from '../../src/core/links/resolve.ts';
import { nameKey } from '../../src/core/paths/note-path.ts';

const vault = [
  'Note.md',
  'zzzz/Deep.md',
  'a/b/Deep.md',
  'a/Note.md',
  'Log.md',
  'img/p.png',
  'a/Ümläut.md'.normalize('NFD'),
  'x/y/Only.md',
  'q/y/Other.md',
  'a/v.pdf',
  'v.pdf.md',
  'q.pdf.md',
  'Plain',
  'Plain.md',
  'deep/Ext note.md',
];
const candidates = (key: string) =>
  vault.filter((path) => nameKey(path.slice(path.lastIndexOf('/') + 1).replace(/\.md$/i, '')) === key);
const from = (source: string) => (target: string) => resolveLink(target, source, candidates);

describe('a link resolves as in Obsidian', () => {
  it.each([
    ['Log.md', 'Note', 'Note.md'],
    ['a/Else.md', 'Note', 'Note.md'],
    ['x/Else.md', 'y/Only', 'x/y/Only.md'],
    ['Log.md', 'LOG', 'Log.md'],
    ['Log.md', 'log.MD', 'Log.md'],
    ['Log.md', 'Deep', 'a/b/Deep.md'],
    ['Log.md', 'y/Only', 'x/y/Only.md'],
    ['Log.md', 'p.png', 'img/p.png'],
    ['Log.md', 'Ümläut'.normalize('NFC'), 'a/Ümläut.md'.normalize('NFD')],
    ['Log.md', 'Ext\u00a0note', 'deep/Ext note.md'],
    ['Log.md', 'Missing', null],
    ['Log.md', '../Note', null],
    ['a/Else.md', '../Log', 'Log.md'],
    ['a/Else.md', './b/Deep', 'a/b/Deep.md'],
    ['Log.md', '', 'Log.md'],
    ['Log.md', 'v.pdf', 'a/v.pdf'],
    ['Log.md', 'v.pdf.md', 'v.pdf.md'],
    ['Log.md', 'q.pdf', 'q.pdf.md'],
    ['Log.md', 'p.png.md', null],
    ['Log.md', 'Plain', 'Plain.md'],
  ])('from %s: [[%s]] is %s', (source, target, expected) => {
    expect(from(source)(target)).toBe(expected);
  });

  it('is written by the name alone only where that is enough', () => {
    expect(linkTextFor('Log.md', candidates)).toBe('Log');
    expect(linkTextFor('a/b/Deep.md', candidates)).toBe('a/b/Deep');
  });
});
