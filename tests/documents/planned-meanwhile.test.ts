import { ChangeSet } from '@codemirror/state';
import { afterEach, describe, expect, it } from 'vitest';
import { changesToJson } from '../../src/backend/documents/edit.ts';
import { createExtract } from '../../src/backend/services/extract/extract.ts';
import { createRename } from '../../src/backend/services/rename.ts';
import { createSettings } from '../../src/backend/services/settings.ts';
import type { ExtractWhat } from '../../src/contract/extract.ts';
import type { RenameWhat } from '../../src/contract/rename.ts';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import { type Authority, openAuthority } from '../faults/authority.ts';
import { cleanUp, makeVault } from '../support/app.ts';
import { extraction } from '../support/extract-what.ts';
import { lookUp } from '../support/extraction.ts';

const open: Authority[] = [];
afterEach(async () => {
  for (const authority of open.splice(0)) await authority.close();
  cleanUp();
});

const FILES: Record<string, string> = {
  'R.md': 'Before.\n\n## Lamp\n\nOil. ^oil\n\n## Other\n',
  'Into.md': '# Into\n\n## Here\n\nh\n',
  'L.md': 'See [[R#Lamp]] and [[R#^oil]] and [[Into#Here]].\n',
};

/** What is asked of the index, in this order, and then of the notes. */
type Asked = 'partScope' | 'pathsCalled' | 'change';

/** Services on real notes, and an index that answers `asked`, for the so-manieth time, only after somebody has typed at the beginning of a note. */
async function whileTypingIn(typedIn: string, asked: Asked, time = 1) {
  const vault = makeVault(FILES);
  const authority = await openAuthority({ vault: vault.folder, data: makeVault().folder });
  open.push(authority);
  const { documents } = authority;
  let times = 0;
  const type = async (question: typeof asked) => {
    if (question !== asked) return;
    times += 1;
    if (times !== time) return;
    const { id, version, text } = await documents.open(typedIn as NotePath);
    const changes = changesToJson(ChangeSet.of({ from: 0, insert: 'X' }, text.doc.length));
    await documents.push(id, version, 'w', [{ kind: 'typed', changes }]);
  };
  const candidates = lookUp(Object.keys(FILES));
  const names = ['R', 'Into', 'L'].map((name): [string, string[]] => [
    name.toLowerCase(),
    [...candidates(name.toLowerCase())],
  ]);
  const index = {
    settled: async () => undefined,
    async partScope() {
      await type('partScope');
      return { sources: ['L.md'], names };
    },
    linkingTo: async () => [],
    async pathsCalled(keys: readonly string[]) {
      await type('pathsCalled');
      return keys.map((key): [string, string[]] => [key, [...candidates(key)]]);
    },
    moveScope: async () => ({ sources: [], names }),
    filesUnder: async () => [],
    tagged: async () => [],
    notesWithQueries: async () => [],
  };
  const settings = createSettings(vault.folder);
  const choices = { of: () => undefined, remember: () => undefined, close: async () => undefined };
  const clock = () => new Date(2021, 1, 9, 21);
  const change = documents.change.bind(documents);
  documents.change = async (...order) => {
    await type('change');
    return change(...order);
  };
  const extract = createExtract({ vault: authority.vault, documents, settings, index, choices, clock });
  const rename = createRename({
    vault: authority.vault,
    documents,
    index,
    settings,
  });
  const now = async () => {
    await documents.flushAll();
    return Object.fromEntries(
      vault
        .list()
        .filter((path) => /^[^/.]*\.md$/.test(path))
        .map((path) => [path, vault.read(path)]),
    );
  };
  return {
    now,
    async extract(what: ExtractWhat) {
      await extract.run({ what, plan: null, leaveStrays: false, awaitFiles: true });
      return now();
    },
    async rename(what: RenameWhat) {
      const { plan } = await rename.plan(what);
      await rename.run({ what, plan, leaveStrays: false, awaitFiles: true });
      return now();
    },
  };
}

const X = (path: string, typedIn: string) => (path === typedIn ? 'X' : '');
const everywhere = Object.keys(FILES).flatMap((path) =>
  (['partScope', 'pathsCalled'] as const).map((asked): [string, 'partScope' | 'pathsCalled'] => [
    path,
    asked,
  ]),
);

describe('what is typed while a change is planned moves what the plan is for', () => {
  const { 'R.md': text = '' } = FILES;
  const range = { from: text.indexOf('## Lamp'), to: text.indexOf('^oil') + 4 };
  const from = { path: 'R.md' as NotePath, version: 0, range, title: 'Lamp' };

  it.each(everywhere)('an extraction to a new note, %s, at %s', async (typedIn, asked) => {
    const after = await (await whileTypingIn(typedIn, asked)).extract(extraction(from) as ExtractWhat);
    expect(after).toEqual({
      'R.md': `${X('R.md', typedIn)}Before.\n\n-> [[Lamp]]\n\n## Other\n`,
      'Lamp.md': '# Lamp\n\nfrom [[R]]\n\nOil. ^oil\n',
      'Into.md': `${X('Into.md', typedIn)}${FILES['Into.md']}`,
      'L.md': `${X('L.md', typedIn)}See [[Lamp]] and [[Lamp#^oil]] and [[Into#Here]].\n`,
    });
  });

  it.each(everywhere)('an extraction under a heading, %s, at %s', async (typedIn, asked) => {
    const to = {
      kind: 'existing' as const,
      path: 'Into.md' as NotePath,
      place: { at: 'under' as const, line: 3 },
    };
    const after = await (await whileTypingIn(typedIn, asked)).extract(
      extraction(from, { to }) as ExtractWhat,
    );
    expect(after).toEqual({
      'R.md': `${X('R.md', typedIn)}Before.\n\n-> [[Into]]\n\n## Other\n`,
      'Into.md': `${X('Into.md', typedIn)}# Into\n\n## Here\n\nh\n\n## Lamp\n\nOil. ^oil\n`,
      'L.md': `${X('L.md', typedIn)}See [[Into#Lamp]] and [[Into#^oil]] and [[Into#Here]].\n`,
    });
  });

  it.each(everywhere)('folding a note back, %s, at %s', async (typedIn, asked) => {
    const what: ExtractWhat = {
      kind: 'fold-back',
      path: 'Into.md' as NotePath,
      into: 'R.md' as NotePath,
      line: null,
      place: { at: 'bottom' },
    };
    const after = await (await whileTypingIn(typedIn, asked)).extract(what);
    expect(after['L.md']).toBe(`${X('L.md', typedIn)}See [[R#Lamp]] and [[R#^oil]] and [[R#Here]].\n`);
    expect(after['R.md']).toContain(`${X('R.md', typedIn)}Before.\n\n## Lamp\n\nOil. ^oil\n\n## Other\n`);
    expect(after['R.md']).toContain('Here\n\nh\n');
  });

  it.each(Object.keys(FILES))('just before a note is folded back, %s: nothing is done', async (typedIn) => {
    const there = await whileTypingIn(typedIn, 'change');
    const what: ExtractWhat = {
      kind: 'fold-back',
      path: 'Into.md' as NotePath,
      into: 'R.md' as NotePath,
      line: null,
      place: { at: 'bottom' },
    };
    expect(await there.extract(what).catch((error: { code: string }) => error.code)).toBe('conflict');
    expect(await there.now()).toEqual({ ...FILES, [typedIn]: `X${FILES[typedIn]}` });
  });

  // It is worked out for the preview, and again when it is done: where that shows something else, nothing is.
  const renaming = Object.keys(FILES).flatMap((path) => [1, 2].map((time): [string, number] => [path, time]));

  const renames: Record<string, { what: RenameWhat; from: string; to: string }> = {
    heading: {
      what: { kind: 'heading', path: 'R.md' as NotePath, line: 3, to: 'Light' },
      from: 'Lamp',
      to: 'Light',
    },
    block: {
      what: { kind: 'block', path: 'R.md' as NotePath, id: 'oil', to: 'light' },
      from: '^oil',
      to: '^light',
    },
  };
  const cases = Object.keys(renames).flatMap((kind) =>
    renaming.map(([path, time]): [string, string, number] => [kind, path, time]),
  );

  it.each(cases)('a %s gets another name, %s, time %i', async (kind, typedIn, time) => {
    const { what, from: old, to } = renames[kind] as (typeof renames)[string];
    const there = await whileTypingIn(typedIn, 'partScope', time);
    const after = await there.rename(what).catch((error: { code: string }) => error.code);
    if (typedIn === 'R.md' || (typedIn === 'L.md' && time === 2)) {
      expect(after).toBe('conflict');
      expect(await there.now()).toEqual({ ...FILES, [typedIn]: `X${FILES[typedIn]}` });
    } else {
      const renamed = (path: string) => X(path, typedIn) + FILES[path]?.replace(old, to);
      expect(after).toEqual({
        'R.md': renamed('R.md'),
        'Into.md': X('Into.md', typedIn) + FILES['Into.md'],
        'L.md': renamed('L.md'),
      });
    }
  });
});
