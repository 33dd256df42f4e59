import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Index } from '../../src/backend/index/index-service.ts';
import { indexed, openOver, searchFor } from './index-fixtures.ts';
import { fill, temporaryFolder } from './vault-fixtures.ts';

async function found(index: Index, query: string, limit = 20): Promise<string[]> {
  const answer = await index.textSearch(query, { limit });
  if ('error' in answer) throw new Error(answer.error.message);
  return answer.hits.map(({ path }) => path);
}

async function linesOf(index: Index, query: string): Promise<number[]> {
  const answer = await index.textSearch(query, { limit: 20 });
  return 'error' in answer ? [] : answer.hits.flatMap(({ lines }) => lines.map(({ line }) => line));
}

describe('what comes first', () => {
  const best = 'lamp '.repeat(12);
  const many = Object.fromEntries(
    Array.from({ length: 1500 }, (_, at) => [
      `${String(at).padStart(4, '0')}.md`,
      at === 3 ? best : `A lamp in note ${at}, ${'and other words '.repeat(8)}\n`,
    ]),
  );

  test('the best is found among more notes than anybody looks at', async () => {
    const { index } = await indexed(many);
    expect((await found(index, 'lamp'))[0]).toBe('0003.md');
    expect((await searchFor(index, 'lam', 20))[0]?.path).toBe('0003.md');
    expect((await found(index, 'lamp /lamp lamp/'))[0]).toBe('0003.md');
  });

  describe('of more notes than can be ranked at once', () => {
    const names = ['A lamp of old', 'Lamp', 'The lamp'];
    const vault = Object.fromEntries([
      ['Oldest.md', 'lamp '.repeat(40)],
      ...names.map((name) => [`${name}.md`, `${'and other words '.repeat(30)}\n`]),
      ...Array.from({ length: 30 }, (_, at) => [
        `${at}.md`,
        `> a lamp\n\nA lamp in note ${at}, ${'lamp '.repeat(at % 7)}${'and other words '.repeat(8)}\n`,
      ]),
    ]);

    async function firstOf(query: string, limit: number, many: number): Promise<string[]> {
      const root = temporaryFolder();
      fill(root, vault);
      for (const [at, path] of Object.keys(vault).entries()) utimesSync(join(root, path), at, at);
      const { index } = openOver(root, join(temporaryFolder(), 'data'));
      await index.settled();
      const answer = await index.textSearch(query, { limit, many });
      if ('error' in answer) throw new Error(answer.error.message);
      return answer.hits.map(({ path }) => path);
    }

    test('those are found whose titles have the words', async () => {
      expect((await firstOf('lamp', 3, 5)).sort()).toEqual(names.map((name) => `${name}.md`));
      expect((await firstOf('lamp -old', 2, 5)).sort()).toEqual(['Lamp.md', 'The lamp.md']);
    });

    test('and where these are too few, the best of those that were changed last, too', async () => {
      const found = await firstOf('lamp', 5, 7);
      expect(found.slice(0, 3).sort()).toEqual(names.map((name) => `${name}.md`));
      // Of 23 to 29.
      expect(found.slice(3)).toEqual(['27.md', '26.md']);
      expect(await firstOf('quoted:lamp', 1, 7)).toEqual([expect.stringMatching(/^2[3-9]\.md$/)]);
    });

    test('and all of them where there are not so many, or else is asked for, too', async () => {
      expect(await firstOf('lamp', 34, 7)).toContain('Oldest.md');
      expect(await firstOf('lamp', 4, 40)).toContain('Oldest.md');
      expect(await firstOf('lamp path:o', 3, 7)).toContain('Oldest.md');
    });
  });

  // Where many have one, one note after the other is looked at.
  test.each([20_000, 4])(
    'a letter or two find names that have such a word, the latest changed first (%i)',
    async (many) => {
      const root = temporaryFolder();
      const called = '---\naliases: [zed]\n---\nkettle\n';
      const files = { 'z/Zoo.md': 'kettle', 'z/a zebra.md': 'kettle', 'z/b.md': called, 'z/zinc.md': 'iron' };
      fill(root, { ...files, 'z/oz.md': 'zip zap kettle kettle' });
      for (const [at, path] of [...Object.keys(files), 'z/oz.md'].entries())
        utimesSync(join(root, path), at, at);
      const { index } = openOver(root, join(temporaryFolder(), 'data'));
      await index.settled();
      const paths = async (query: string, limit: number) => {
        const answer = await index.textSearch(query, { limit, many, typing: true });
        return 'hits' in answer ? answer.hits.map(({ path }) => path.slice(2)) : [answer.error.message];
      };
      expect(await paths('z', 4)).toEqual(['zinc.md', 'b.md', 'a zebra.md', 'Zoo.md']);
      expect(await paths('kettle z', 3)).toEqual(['b.md', 'a zebra.md', 'Zoo.md']);
      expect(await paths('path:zo z', 1)).toEqual(['Zoo.md']);
      expect(await paths('kettle -zebra z', 2)).toEqual(['b.md', 'Zoo.md']);
      // In the text where names are too few.
      expect(await paths('z', 5)).toContain('oz.md');
      expect((await paths('kettle z', 4)).sort()).toEqual(['Zoo.md', 'a zebra.md', 'b.md', 'oz.md']);
    },
  );

  test('an index that grew answers as one that is built anew', async () => {
    const { index, root } = await indexed(many);
    for (const at of [700, 20, 3]) {
      writeFileSync(join(root, `${String(at).padStart(4, '0')}.md`), 'lamp '.repeat(at === 3 ? 3 : 14));
      await index.scanNow();
    }
    rmSync(join(root, '0700.md'));
    await index.scanNow();
    const anew = openOver(root, join(temporaryFolder(), 'data')).index;
    await anew.settled();
    for (const query of ['lamp', 'other words', 'lamp OR note', 'lamp -lamp5', 'lamp /note 1/'])
      expect(await found(index, query), query).toEqual(await found(anew, query));
    expect((await found(index, 'lamp'))[0]).toBe('0020.md');
  });
});

describe('whose words', () => {
  const vault = {
    'callout.md': '> [!note] Mind\n> my kettle\n',
    'quote.md': '> [!quote] Her\n> her kettle\n',
    'list.md': '- > a kettle of theirs\n- my own\n',
    'lazy.md': '> the first line\nthe kettle, said lazily\n\nafter\n',
    'properties.md': '---\nauthor: kettle\n---\nSomething.\n',
  };

  test('words, lines and regular expressions mean one thing by it', async () => {
    const { index } = await indexed(vault);
    const mine = ['callout.md'];
    const quoted = ['lazy.md', 'list.md', 'quote.md'];
    expect(await found(index, 'mine:kettle')).toEqual(mine);
    expect(await found(index, 'mine:/kettle/')).toEqual(mine);
    expect((await found(index, 'quoted:kettle')).sort()).toEqual(quoted);
    expect((await found(index, 'quoted:/kettle/')).sort()).toEqual(quoted);
    expect(await linesOf(index, 'mine:kettle')).toEqual([2]);
    expect(await linesOf(index, 'quoted:kettle path:lazy')).toEqual([2]);
    expect(await linesOf(index, 'quoted:kettle path:list')).toEqual([1]);
    // Properties are nobody's words, and found all the same.
    expect((await found(index, 'kettle')).sort()).toEqual(Object.keys(vault).sort());
  });
});

describe('letters', () => {
  test('the Unicode form of a name or a text does not count', async () => {
    const { index } = await indexed({
      [`${'\ud55c\uad6d\uc5b4'.normalize('NFD')}.md`]: 'x\n',
      [`${'\u304c\u304f\u3057\u3085\u3046'.normalize('NFD')}.md`]: 'x\n',
      'text.md': `${'\u304c\u304f\u3057\u3085\u3046'.normalize('NFD')} caf\u0065\u0301\n`,
    });
    expect((await found(index, '\ud55c\uad6d\uc5b4')).map((path) => path.normalize('NFC'))).toEqual([
      '\ud55c\uad6d\uc5b4.md',
    ]);
    expect(await found(index, '\u304c\u304f\u3057\u3085\u3046')).toHaveLength(2);
    expect(await found(index, '"caf\u00e9"')).toEqual(['text.md']);
    const answer = await index.textSearch('\u304c\u304f path:text', { limit: 5 });
    expect('hits' in answer ? answer.hits[0]?.lines[0]?.marks.length : 0).toBe(1);
  });

  test('accents do not count in any script', async () => {
    const { index } = await indexed({ 'a.md': 'Мой ёж\n', 'b.md': 'Η Αθήνα είναι εδώ\n' });
    expect(await found(index, 'мой')).toEqual(['a.md']);
    expect(await found(index, 'ЕЖ')).toEqual(['a.md']);
    expect(await found(index, 'Αθήνα')).toEqual(['b.md']);
    expect(await found(index, 'αθηνα')).toEqual(['b.md']);
  });

  test('a single letter is the beginning of a word, too', async () => {
    const { index } = await indexed({ 'zebra.md': 'x\n', 'b.md': 'a zoo\n', 'c.md': 'nothing\n' });
    expect((await searchFor(index, 'z', 20)).map(({ path }) => path)).toEqual(['zebra.md', 'b.md']);
    expect((await searchFor(index, 'a z', 20)).map(({ path }) => path)).toEqual(['b.md']);
  });
});

describe('while something else is asked', () => {
  const slow = Object.fromEntries(
    Array.from({ length: 30 }, (_, at) => [`${at}.md`, `${'a'.repeat(60)}!\n`]),
  );

  test('quick open does not wait for a search', async () => {
    const { index } = await indexed({ ...slow, 'zebra.md': '' });
    const order: string[] = [];
    const search = index.textSearch('/^(a+)+$/', { limit: 5 }).then(() => order.push('search'));
    await index.quick('zebra', 5, []).then(() => order.push('quick'));
    await search;
    expect(order).toEqual(['quick', 'search']);
  });

  test('a search that nobody waits for any more is stopped', async () => {
    const { index } = await indexed({ ...slow, 'b.md': 'lamp\n' });
    const stop = new Int32Array(new SharedArrayBuffer(4));
    Atomics.store(stop, 0, 1);
    await expect(index.textSearch('/^(a+)+$/', { limit: 5, stop })).rejects.toMatchObject({
      code: 'superseded',
    });
    expect(await found(index, 'lamp')).toEqual(['b.md']);
  });

  test('quick open, backlinks and maps answer from what is in while the folder is being read', async () => {
    const root = temporaryFolder();
    fill(root, {
      '+ All MoC.md': '# All\n',
      ...Object.fromEntries(
        Array.from({ length: 2500 }, (_, at) => [`Some note ${at}.md`, `# Head ${at}\n\n[[+ All MoC]]\n`]),
      ),
    });
    const { index, progress } = openOver(root, join(temporaryFolder(), 'data'));
    const seen = new Set<number>();
    while (progress.at(-1) !== null) {
      const [quick, maps, links] = await Promise.all([
        index.quick('some note', 30, []),
        index.maps(),
        index.backlinks('+ All MoC.md'),
      ]);
      seen.add(quick.length);
      expect(links.notes).toBe(links.backlinks.length);
      expect(maps.length).toBeLessThanOrEqual(1);
      await new Promise((done) => setTimeout(done, 5));
    }
    await index.settled();
    // It answered before all were in.
    expect(progress.length).toBeGreaterThan(2);
    expect([...seen].some((count) => count > 0)).toBe(true);
    expect(await index.maps()).toMatchObject([{ backlinks: 2500 }]);
  });
});
