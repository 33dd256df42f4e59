import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkSpots } from '../../src/core/links/link-spot.ts';
import { candidatesAfter, fileKey } from '../../src/core/links/moved-paths.ts';
import { type Candidates, resolveLink } from '../../src/core/links/resolve.ts';
import { understandNote } from '../../src/core/markdown/understand.ts';
import { folderOf, joinPath, nameKey, noteName } from '../../src/core/paths/note-path.ts';
import { followMoves } from '../../src/core/rename/follow-moves.ts';
import { renamedTag, renameTagIn } from '../../src/core/rename/rename-tag.ts';
import { applyChanges } from '../../src/core/text/text-change.ts';

const FOLDERS = ['', 'a', 'a/b', 'b', 'Café', 'a b', "o'h (1)"];
const NAMES = [
  'Note',
  'note',
  'Café'.normalize('NFD'),
  'Café',
  "It's (so) 100%",
  '+ Map & Co',
  '@key',
  'x.y',
  'é',
];
const folder = fc.constantFrom(...FOLDERS);
const name = fc.constantFrom(...NAMES);
const file = fc.tuple(folder, name, fc.constantFrom('.md', '.md', '.md', '.png'));
const pathOf = ([where, called, ending]: [string, string, string]) => joinPath(where, called + ending);

/** Paths of which no two are one name to a disk that folds case. */
const vault = fc.uniqueArray(file.map(pathOf), {
  minLength: 2,
  maxLength: 9,
  selector: (path) => nameKey(path.replace(/\.md$/, '')),
});

/** A link to a path as somebody may have written it. */
const link = (paths: string[], from: string) =>
  fc
    .tuple(
      fc.constantFrom(...paths),
      fc.constantFrom('name', 'path', 'relative', 'tail', 'root', 'upper'),
      fc.constantFrom('wiki', 'table', 'embed', 'markdown', 'angled', 'comment'),
      fc.boolean(),
      fc.constantFrom('', '#Head ing', '#^id-1'),
    )
    .map(([path, way, style, ending, part]) => {
      const full = ending ? path : path.replace(/\.md$/, '');
      const last = full.slice(full.lastIndexOf('/') + 1);
      const up = folderOf(from) === '' ? './' : '../'.repeat(folderOf(from).split('/').length);
      const target = {
        name: last,
        path: full,
        relative: up + full,
        tail: full.split('/').slice(-2).join('/'),
        root: `/${full}`,
        upper: last.toUpperCase(),
      }[way];
      switch (style) {
        case 'table':
          return `| a | b |\n| --- | --- |\n| [[${target}${part}\\|shown]] | x |`;
        case 'embed':
          return `![[${target}${part}|100]]`;
        case 'markdown':
          return `*[**b** c](${encodeURI(target).replace(/[()]/g, (sign) => (sign === '(' ? '%28' : '%29'))}${part.replace(' ', '%20')} "t")*`;
        case 'angled':
          return `[x](<${target.replaceAll('%', '%25')}${part}>)`;
        case 'comment':
          return `%% [[${target}${part}]] %%`;
        default:
          return `see [[${target}${part}|it]] there`;
      }
    });

const properties = (target: string) =>
  `---\nup: "[[${target}]]"\nrelated:\n  - '[[${target.replaceAll("'", "''")}|x]]'\ntags: [a, b]\n---\n`;

const situation = vault.chain((paths) => {
  const notes = paths.filter((path) => path.endsWith('.md'));
  return fc.record({
    paths: fc.constant(paths),
    texts: fc.tuple(
      ...notes.map((path) =>
        fc
          .tuple(fc.boolean(), fc.constantFrom(...paths), fc.array(link(paths, path), { maxLength: 6 }))
          .map(
            ([has, target, links]) =>
              (has ? properties(target.replace(/\.md$/, '')) : '') + links.join('\n\n'),
          ),
      ),
    ),
    moved: fc.constantFrom(...paths),
    to: fc.tuple(folder, name),
    wholeFolder: fc.boolean(),
    newFolder: fc.constantFrom('c', 'a/b/c', 'deep/er', 'A'),
  });
});

function lookUp(paths: readonly string[]): Candidates {
  const byKey = Map.groupBy([...paths].sort(), fileKey);
  return (key) => byKey.get(key) ?? [];
}

describe('followMoves', () => {
  it('keeps what every link means, and every other byte', () => {
    let followed = 0;
    fc.assert(
      fc.property(situation, ({ paths, texts, moved, to, wholeFolder, newFolder }) => {
        const moves = new Map<string, string>();
        if (wholeFolder && folderOf(moved) !== '') {
          const old = folderOf(moved);
          fc.pre(!newFolder.startsWith(`${old}/`) && !paths.some((path) => path.startsWith(`${newFolder}/`)));
          for (const path of paths)
            if (path.startsWith(`${old}/`)) moves.set(path, newFolder + path.slice(old.length));
        } else moves.set(moved, joinPath(to[0], to[1] + moved.slice(moved.lastIndexOf('.'))));
        const after = paths.map((path) => moves.get(path) ?? path);
        const key = (path: string) => nameKey(path.replace(/\.md$/, ''));
        fc.pre(new Set(after.map(key)).size === after.length);
        const before = lookUp(paths);
        const later = candidatesAfter(before, moves);
        const notes = paths.filter((path) => path.endsWith('.md'));
        for (const [index, path] of notes.entries()) {
          const text = texts[index] ?? '';
          const facts = understandNote(noteName(path), text);
          const { changes, strays } = followMoves({ path, text, facts }, moves, before, later);
          expect(strays).toEqual([]);
          const now = applyChanges(text, changes);
          const there = moves.get(path) ?? path;
          const spotsBefore = linkSpots(text, facts);
          const spotsNow = linkSpots(now, understandNote(noteName(there), now));
          expect(spotsNow.length).toBe(spotsBefore.length);
          for (const [at, spot] of spotsBefore.entries()) {
            const meant = resolveLink(spot.target, path, before);
            if (meant === null) continue;
            followed += 1;
            const written = spotsNow[at];
            expect(resolveLink(written?.target ?? '', there, lookUp(after))).toBe(moves.get(meant) ?? meant);
            const { heading, block, alias, kind } = spot.link;
            expect(written?.link).toMatchObject({ heading, block, alias, kind });
          }
          // Without its targets the text is what it was.
          const bare = (whole: string, spots: typeof spotsNow) =>
            applyChanges(
              whole,
              [...spots]
                .sort((a, b) => a.targetFrom - b.targetFrom)
                .map(({ targetFrom, targetTo }) => ({ from: targetFrom, to: targetTo, insert: '' })),
            );
          expect(bare(now, spotsNow)).toBe(bare(text, spotsBefore));
        }
      }),
      { numRuns: 1000 },
    );
    expect(followed).toBeGreaterThan(1000);
  });
});

describe('renameTagIn', () => {
  const tag = fc.constantFrom('a', 'A', 'a/b', 'a/B/c', 'ab', 'b', 'é', 'é'.normalize('NFD'), 'a/é');
  it('renames the tag and those nested in it, wherever they stand, and no other', () => {
    fc.assert(
      fc.property(
        fc.array(tag),
        fc.array(tag),
        fc.constantFrom('flow', 'list', 'string', 'quoted'),
        tag,
        fc.constantFrom('new', 'n/ew', 'B'),
        (listed, inBody, style, from, to) => {
          const head = {
            flow: `tags: [${listed.join(', ')}] # a`,
            list: `tags:\n${listed.map((one) => `  - ${one}`).join('\n')}`,
            string: `tag: ${listed.join(' ')}`,
            quoted: `tags: ["#${listed.join('", "')}"]`,
          }[style];
          const text = `---\n${head}\n---\n${inBody.map((one) => `x #${one} a`).join('\n')}\n`;
          const now = applyChanges(text, renameTagIn(text, from, to));
          const expected = (tags: string[]) => new Set(tags.map((one) => nameKey(renamedTag(one, from, to))));
          const found = expected(understandNote('n', text).tags);
          expect(new Set(understandNote('n', now).tags.map(nameKey))).toEqual(found);
          expect(now.split('\n').length).toBe(text.split('\n').length);
        },
      ),
      { numRuns: 500 },
    );
  });
});
