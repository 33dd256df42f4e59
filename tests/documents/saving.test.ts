import { renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, eventually, makeVault, openApp, type TestApp } from '../support/app.ts';
import { Typist, writeNote } from '../support/typist.ts';

const apps: TestApp[] = [];
async function open(files: Record<string, string | Buffer>) {
  const vault = makeVault(files);
  const app = await openApp(vault);
  apps.push(app);
  return { vault, app, client: app.client };
}
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  cleanUp();
});

const refused = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing',
    (error: { code: string }) => error.code,
  );

const raw = fc
  .array(fc.constantFrom('a', 'é', ' ', '\n', '\r\n', '\r', '\u2028', '\t', '🌙', '\f'), {
    maxLength: 30,
  })
  .map((parts) => parts.join(''));

describe('saving', () => {
  it('writes what was typed, soon, and says so only then', async () => {
    const { vault, app, client } = await open({ 'a.md': 'one\n' });
    const typist = await Typist.open(client, 'a.md');
    typist.type(3, ' two');
    await typist.push();
    // Nothing was written yet: a save waits for a pause.
    const { document, state } = await client.call('notes.open', { path: 'a.md' });
    expect(vault.read('a.md') === 'one\n' ? state.kind : 'unsaved').toBe('unsaved');
    expect(document).toBe(typist.note.document);
    await eventually(() => vault.read('a.md') === 'one two\n', 'the file holds it');
    await eventually(
      () => app.events.some((event) => event.name === 'note.state' && event.payload.state.kind === 'saved'),
      'it is said to be saved',
    );
  });

  it('C45: opening, closing and undoing leave the file alone: not even its time changes', async () => {
    const { vault, app, client } = await open({ 'a.md': 'x\r\ny\n' });
    const before = statSync(join(vault.folder, 'a.md'), { bigint: true });
    const typist = await Typist.open(client, 'a.md');
    typist.type(1, '\n');
    typist.type(1, '', 2);
    await typist.save();
    await app.close();
    apps.length = 0;
    const after = statSync(join(vault.folder, 'a.md'), { bigint: true });
    expect([after.mtimeNs, after.ino]).toEqual([before.mtimeNs, before.ino]);
  });

  it('C51: one property of hand-written YAML changes without another byte of it', async () => {
    const yaml = [
      '---',
      '# mine',
      'tags:   [ b,a , "p/inbox" ]  # in this order',
      "title: 'it''s'",
      'same: &one {x: 1}',
      'other: *one',
      'title: twice',
      'long: >-',
      '   folded',
      '---  ',
      'Text.',
    ];
    const { vault, client } = await open({ 'a.md': yaml.join('\r\n') });
    await writeNote(client, 'a.md', yaml.join('\n').replace('{x: 1}', '{x: 2}'));
    expect(vault.read('a.md')).toBe(yaml.join('\r\n').replace('{x: 1}', '{x: 2}'));
  });

  it('C46: one changed line leaves every other byte, whatever ends the lines', async () => {
    const { vault, client } = await open({ 'a.md': '\ufeffone\r\ntwo\rthree\n\u2028\u0000\ffour  ' });
    await writeNote(client, 'a.md', 'one\ntwo!\nthree\n\u2028\u0000\ffour  ');
    expect(vault.read('a.md')).toBe('\ufeffone\r\ntwo!\rthree\n\u2028\u0000\ffour  ');
  });

  it('C45: keeps every byte outside an edit, and takes an undo back to the byte, over random files', async () => {
    const { vault, client } = await open({});
    let count = 0;
    await fc.assert(
      fc.asyncProperty(raw, fc.nat(), async (text, pick) => {
        count += 1;
        const path = `r${count}.md`;
        vault.write(path, `${text}END`);
        const typist = await Typist.open(client, path);
        typist.type(typist.text.length, '!');
        await typist.save();
        expect(vault.read(path)).toBe(`${text}END!`);
        const at = pick % typist.text.length;
        const cut =
          typist.text.slice(at, at + 2).isWellFormed() && typist.text.slice(0, at).isWellFormed() ? 2 : 0;
        const taken = typist.text.slice(at, at + cut);
        typist.type(at, '', at + cut);
        await typist.save();
        typist.type(at, taken);
        await typist.save();
        expect(vault.read(path)).toBe(`${text}END!`);
        typist.close();
      }),
      { numRuns: 100 },
    );
  });

  const utf16 = Buffer.from('A page in UTF-16,\nline by line.\n', 'utf16le');
  it.each([
    ['Latin-1', Buffer.from('caf\xe9 au lait\n', 'latin1'), /not UTF-8/],
    ['GBK', Buffer.from([0xd6, 0xd0, 0xce, 0xc4, 0xb1, 0xca, 0xbc, 0xc7, 0x0a]), /not UTF-8/],
    [
      'UTF-8 with a byte amiss',
      Buffer.from([0x6f, 0x6b, 0x0a, 0xc3, 0x0a]),
      /not UTF-8 \(the first in line 2\)/,
    ],
    ['UTF-16', utf16, /UTF-16/],
    ['UTF-16 with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), /UTF-16/],
    ['UTF-16, the other way round', Buffer.from(utf16).swap16(), /UTF-16/],
  ])('C47: %s opens for looking at only, with the reason, and is never written', async (_, bytes, reason) => {
    const { vault, client } = await open({ 'a.md': bytes });
    const typist = await Typist.open(client, 'a.md');
    expect(typist.note.readOnly).toMatch(reason);
    typist.type(0, 'x');
    expect(await refused(typist.push())).toBe('read-only');
    await client.call('notes.flush', { document: typist.note.document });
    expect(vault.bytes('a.md').equals(bytes)).toBe(true);
  });

  it('C50: refuses half a character where it comes in', async () => {
    const { vault, client } = await open({ 'a.md': '😀\n' });
    const { document } = await client.call('notes.open', { path: 'a.md' });
    const push = (changes: (number | [number, ...string[]])[]) =>
      refused(
        client.call('notes.push', { document, version: 0, peer: 'w.1', edits: [{ kind: 'typed', changes }] }),
      );
    expect(await push([1, [0, 'x'], 2])).toBe('invalid-params');
    expect(await push([[0, '\ud83d'], 3])).toBe('invalid-params');
    expect(await push([[1], 2])).toBe('invalid-params');
    expect(await push([[0, 'a\rb'], 3])).toBe('invalid-params');
    expect(await push([[0, 'x'], 99])).toBe('invalid-params');
    await client.call('notes.flush', { document });
    expect(vault.read('a.md')).toBe('😀\n');
  });
});

describe('merging with another program', () => {
  it('C21: a clean note follows', async () => {
    const { vault, client } = await open({ 'a.md': 'one\ntwo\n' });
    const typist = await Typist.open(client, 'a.md');
    vault.write('a.md', 'one\nzero\ntwo\n');
    await eventually(() => typist.text === 'one\nzero\ntwo\n', 'the window follows');
    expect(vault.read('a.md')).toBe('one\nzero\ntwo\n');
  });

  it('C22: merges an edit by another program with unsaved text', async () => {
    const { vault, client } = await open({ 'a.md': 'one\ntwo\nthree\n' });
    const typist = await Typist.open(client, 'a.md');
    typist.type(0, 'mine ');
    await typist.push();
    vault.write('a.md', 'one\ntwo\nthree theirs\n');
    await eventually(() => vault.read('a.md') === 'mine one\ntwo\nthree theirs\n', 'both are in the file');
    await eventually(() => typist.text === 'mine one\ntwo\nthree theirs\n', 'both are in the window');
  });

  it('C23: where both changed the same text, the user’s stays, theirs is in the history, and the user is told', async () => {
    const { vault, app, client } = await open({ 'a.md': 'one\ntwo\nthree\n' });
    const typist = await Typist.open(client, 'a.md');
    typist.type(4, 'mine ');
    await typist.push();
    vault.write('a.md', 'one\ntheirs\nthree\n');
    await eventually(() => vault.read('a.md') === 'one\nmine two\nthree\n', 'the user’s is in the file');
    const told = app.events.findLast((event) => event.name === 'note.state');
    expect(told?.name === 'note.state' && told.payload.overlaps).toMatchObject([
      { mine: 'mine two', theirs: 'theirs' },
    ]);
    const { moments } = await client.call('history.moments', { path: 'a.md' });
    const kept = moments.find((moment) => moment.kept !== null);
    if (kept === undefined) throw new Error('their version is not kept');
    const { document, version } = kept;
    expect(await client.call('history.text', { document, version, kept: kept.kept })).toEqual({
      text: 'one\ntheirs\nthree\n',
    });
  });

  it('C24: notices a change of the same size and time', async () => {
    const { vault, client } = await open({ 'a.md': 'one\n' });
    const typist = await Typist.open(client, 'a.md');
    const { atime, mtime } = statSync(join(vault.folder, 'a.md'));
    vault.write('a.md', 'two\n');
    (await import('node:fs')).utimesSync(join(vault.folder, 'a.md'), atime, mtime);
    typist.type(4, 'mine\n');
    await typist.save();
    expect(vault.read('a.md')).toBe('two\nmine\n');
  });

  it('C25: a file cut to nothing and written a while later is never taken for an empty note', async () => {
    const { vault, client } = await open({ 'a.md': 'one\n' });
    const typist = await Typist.open(client, 'a.md');
    for (const pause of [0, 50, 200, 500]) {
      await typist.save();
      const before = vault.read('a.md');
      vault.write('a.md', '');
      typist.type(0, '.');
      await typist.push();
      await new Promise((done) => setTimeout(done, pause));
      expect(typist.text).toContain('one');
      vault.write('a.md', `${before}after ${pause}\n`);
      await eventually(() => typist.text.includes(`after ${pause}`), 'the new text is merged');
    }
    await typist.save();
    expect(vault.read('a.md')).toBe('....one\nafter 0\nafter 50\nafter 200\nafter 500\n');
  });

  it('C27: deleted while dirty, the text is kept and offered; while clean, the note closes and stays deleted', async () => {
    const { vault, app, client } = await open({ 'a.md': 'one\n', 'b.md': 'two\n' });
    const [a, b] = [await Typist.open(client, 'a.md'), await Typist.open(client, 'b.md')];
    rmSync(join(vault.folder, 'a.md'));
    a.type(0, 'mine ');
    await a.push();
    rmSync(join(vault.folder, 'b.md'));
    const { document } = a.note;
    await eventually(
      () => app.events.some((event) => event.name === 'note.state' && event.payload.state.kind === 'gone'),
      'a is said to be gone',
    );
    await eventually(() => app.events.some((event) => event.name === 'note.gone'), 'b is gone');
    expect(vault.list()).toEqual([]);
    const { notes } = await client.call('history.deleted', {});
    expect(notes.map(({ path }) => path).sort()).toEqual(['a.md', 'b.md']);
    await client.call('notes.putBack', { document });
    expect(vault.read('a.md')).toBe('mine one\n');
    await client.call('history.bringBack', { document: b.note.document });
    expect(vault.read('b.md')).toBe('two\n');
  });

  it('a note is not made beside one whose name differs in letter case only, and where it was begun so, that is said', async () => {
    const { vault, client } = await open({ 'in/Note.md': 'one\n', 'gone.md': 'two\n' });
    const said = (promise: Promise<unknown>) => promise.catch((error: Error) => error.message);
    expect(await said(client.call('notes.create', { path: 'in/note.md', text: 'x' }))).toBe(
      '“in/Note.md” is there already. Choose another name.',
    );
    const typist = await Typist.open(client, 'in/note.md', '');
    typist.type(0, 'mine');
    await typist.push();
    const flush = () => client.call('notes.flush', { document: typist.note.document });
    expect(await flush()).toMatchObject({
      state: {
        kind: 'failed',
        reason: expect.stringContaining('“in/note.md” is there already (as “Note.md”)'),
      },
    });
    rmSync(join(vault.folder, 'in/Note.md'));
    expect(await flush()).toMatchObject({ state: { kind: 'saved' } });
    expect(vault.read('in/note.md')).toBe('mine');

    const { document } = (await Typist.open(client, 'gone.md')).note;
    rmSync(join(vault.folder, 'gone.md'));
    vault.write('Gone.md', 'three\n');
    await eventually(
      async () => (await client.call('history.deleted', {})).notes.length > 0,
      'it is deleted',
    );
    expect(await said(client.call('history.bringBack', { document }))).toEqual({ path: 'gone 2.md' });
    expect(vault.read('gone 2.md')).toBe('two\n');
  });

  it('C28: the text follows a file that is renamed or moved, itself or its folder', async () => {
    const { vault, client } = await open({ 'a.md': 'one\n', 'in/b.md': 'two\n' });
    const [a, b] = [await Typist.open(client, 'a.md'), await Typist.open(client, 'in/b.md')];
    renameSync(join(vault.folder, 'a.md'), join(vault.folder, 'c.md'));
    a.type(0, 'mine ');
    await a.push();
    await eventually(() => vault.list().includes('c.md') && vault.read('c.md') === 'mine one\n', 'a is c');
    renameSync(join(vault.folder, 'in'), join(vault.folder, 'out'));
    b.type(0, 'mine ');
    await b.push();
    await eventually(
      () => vault.list().includes('out/b.md') && vault.read('out/b.md') === 'mine two\n',
      'b is in out',
    );
    expect(vault.list()).toEqual(['c.md', 'out', 'out/b.md']);
  });
});

describe('many windows', () => {
  it('C36: converge', async () => {
    const { vault, client } = await open({ 'a.md': 'one\n' });
    const [a, b] = [await Typist.open(client, 'a.md'), await Typist.open(client, 'a.md')];
    a.type(0, 'A');
    b.type(4, 'B');
    await Promise.all([a.push(), b.push()]);
    await a.pull();
    await b.pull();
    expect(a.text).toBe('Aone\nB');
    expect(b.text).toBe('Aone\nB');
    await a.save();
    expect(vault.read('a.md')).toBe('Aone\nB');
  });
});
