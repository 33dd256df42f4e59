import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createRandom } from '../faults/random.ts';
import { cleanUp, eventually, makeVault, openApp, type TestApp } from '../support/app.ts';
import { inspectionOf } from '../support/inspection.ts';
import { mayMount } from '../support/tmpfs.ts';
import { Typist } from '../support/typist.ts';
import { below } from './hands.ts';

const apps: TestApp[] = [];
async function open(files: Record<string, string | Buffer>) {
  const vault = makeVault(files);
  const app = await openApp(vault);
  apps.push(app);
  const place = (path: string) => join(vault.folder, path);
  return { vault, app, client: app.client, place };
}
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  cleanUp();
});

const BIND = 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])';
const NULL_DEVICE = process.getuid?.() === 0 ? ['c', '1', '3'] : [];

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: { code: string; message: string }) => error,
  );

/** The edits that came from the disk, as the windows were told of them. */
const fromDisk = (app: TestApp) =>
  app.events.flatMap((event) =>
    event.name === 'note.edited' ? event.payload.edits.filter(({ peer }) => peer === 'disk') : [],
  );

const lastState = (app: TestApp) => {
  const told = app.events.findLast((event) => event.name === 'note.state');
  return told?.name === 'note.state' ? told.payload : null;
};

describe('how other programs save', () => {
  const ways: [name: string, save: (file: string, text: string) => void | Promise<void>][] = [
    [
      'vim, which moves the old file aside and makes a new one',
      (file, text) => {
        writeFileSync(join(file, '..', '4913'), '');
        unlinkSync(join(file, '..', '4913'));
        renameSync(file, `${file}~`);
        writeFileSync(file, text);
        unlinkSync(`${file}~`);
      },
    ],
    [
      'emacs, which leaves the old file beside the new one',
      (file, text) => {
        renameSync(file, `${file}~`);
        writeFileSync(file, text);
      },
    ],
    [
      'a program that keeps a backup that is a note itself',
      (file, text) => {
        renameSync(file, file.replace('.md', '.bak.md'));
        writeFileSync(file, text);
      },
    ],
    [
      'a program that renames a new file over it',
      (file, text) => {
        writeFileSync(`${file}.new`, text);
        renameSync(`${file}.new`, file);
      },
    ],
    [
      'a program that deletes it and makes it again within 50 ms',
      async (file, text) => {
        unlinkSync(file);
        await pause(50);
        writeFileSync(file, text);
      },
    ],
  ];

  it.each(ways)('C26: %s: one change, and the note stays the same', async (_, save) => {
    const { vault, app, client, place } = await open({ 'a.md': 'one\ntwo\nthree\n' });
    const typist = await Typist.open(client, 'a.md');
    await save(place('a.md'), 'one\ntwo\nthree theirs\n');
    await eventually(() => typist.text === 'one\ntwo\nthree theirs\n', 'a clean note follows');
    typist.type(0, 'mine ');
    await typist.push();
    await save(place('a.md'), 'one\ntwo\nthree theirs again\n');
    await eventually(
      () => vault.read('a.md') === 'mine one\ntwo\nthree theirs again\n',
      'both are in the file',
    );
    await pause(300);
    expect(typist.text).toBe('mine one\ntwo\nthree theirs again\n');
    expect(fromDisk(app)).toHaveLength(2);
    expect(app.events.filter(({ name }) => name === 'note.moved' || name === 'note.gone')).toEqual([]);
    expect((await client.call('notes.open', { path: 'a.md' })).document).toBe(typist.note.document);
  });

  it('C29: events of its own saves, doubled and late, bring no older text back', async () => {
    const { vault, app, client, place } = await open({ 'a.md': 'begin\n' });
    const typist = await Typist.open(client, 'a.md');
    const random = createRandom(29);
    let log = 'begin\n';
    for (let round = 0; round < 60; round += 1) {
      log += `line ${round}\n`;
      typist.type(typist.text.length, `line ${round}\n`);
      await (random() < 0.4 ? typist.save() : typist.push());
      // An event without a change, for whatever the app has written or is writing.
      for (let times = below(random, 3); times > 0; times -= 1)
        utimesSync(place('a.md'), new Date(), new Date());
      await pause(below(random, 30));
      expect(typist.text).toBe(log);
    }
    await typist.save();
    await pause(400);
    expect(vault.read('a.md')).toBe(log);
    expect(typist.text).toBe(log);
    expect(fromDisk(app)).toEqual([]);
  });

  it.each([
    ['in the future', () => new Date('2037-01-01')],
    ['in 1970', () => new Date(0)],
    ['unchanged', (before: Date) => before],
  ])('C60: a change is noticed when the file’s time is %s', async (_, timeFor) => {
    const { vault, client, place } = await open({ 'a.md': 'one\n', 'b.md': 'one\n' });
    const [clean, dirty] = [await Typist.open(client, 'a.md'), await Typist.open(client, 'b.md')];
    dirty.type(4, 'mine\n');
    await dirty.push();
    for (const path of ['a.md', 'b.md']) {
      const { atime, mtime } = statSync(place(path));
      vault.write(path, 'two\n');
      utimesSync(place(path), atime, timeFor(mtime));
    }
    await eventually(() => clean.text === 'two\n', 'the clean note follows');
    await eventually(() => dirty.text === 'two\nmine\n', 'the other is merged');
    await eventually(() => vault.read('b.md') === 'two\nmine\n', 'and written');
  });
});

describe('when much changes at once', () => {
  it('C30: 2,000 notes change as by git checkout, 3 of them dirty', async () => {
    const paths = Array.from({ length: 2000 }, (_, index) => `${index % 20}/n${index}.md`);
    const text = (path: string, word: string) => `# ${path}\n\nfirst\n\n${word} here\n`;
    const { vault, app, client, place } = await open(
      Object.fromEntries(paths.map((path) => [path, text(path, 'oldword')])),
    );
    await app.settled();
    const dirty: Typist[] = [];
    for (const path of paths.slice(0, 3)) {
      const typist = await Typist.open(client, path);
      dirty.push(typist);
    }
    const [far, same, both] = dirty as [Typist, Typist, Typist];
    far.type(0, '<far> ');
    same.type(same.text.indexOf('oldword'), '<same> ');
    both.type(0, '<both> ');
    both.type(both.text.indexOf('oldword'), '<too> ');
    await Promise.all(dirty.map((typist) => typist.push()));
    for (const path of paths) {
      unlinkSync(place(path));
      writeFileSync(place(path), text(path, 'newword'));
    }
    await app.settled();
    for (const typist of dirty) await eventually(() => typist.text.includes('<'), 'still there');
    await eventually(async () => {
      for (const typist of dirty) if (vault.read(typist.note.path) !== typist.text) return false;
      return fromDisk(app).length >= 3;
    }, 'the three are merged and written');
    expect(far.text).toBe(`<far> ${text(far.note.path, 'newword')}`);
    for (const [typist, mine] of [
      [same, '<same> oldword here'],
      [both, '<too> oldword here'],
    ] as const) {
      expect(typist.text).toContain(mine);
      const { overlaps } = await client.call('notes.open', { path: typist.note.path });
      expect(overlaps).toMatchObject([{ mine, theirs: 'newword here' }]);
    }
    expect(both.text).toContain('<both> ');
    await eventually(async () => {
      await app.settled();
      const { notes } = await inspectionOf(client);
      const answer = await client.call('find.text', { query: 'oldword', limit: 200 });
      return notes.length === 2000 && 'hits' in answer && answer.hits.length === 2;
    }, 'every note is indexed as it is now');
  });

  it('C38: an edit that is not saved yet follows the file, and neither the old path nor a deleted note comes back', async () => {
    const names = Array.from({ length: 24 }, (_, index) => `n${index}`);
    const { vault, app, client, place } = await open(
      Object.fromEntries(names.map((name) => [`${name}.md`, `# ${name}\n`])),
    );
    const typists = new Map<string, Typist>();
    for (const name of names) typists.set(name, await Typist.open(client, `${name}.md`));
    mkdirSync(place('sub'));
    const random = createRandom(38);
    const fates = new Map<string, string | null>();
    await Promise.all(
      names.map(async (name, index) => {
        const typist = typists.get(name) as Typist;
        typist.type(typist.text.length, `typed in ${name}\n`);
        await typist.push();
        // Before, in the middle of, and after the save.
        await pause(below(random, 450));
        const fate = index % 3 === 0 ? null : index % 3 === 1 ? `sub/${name}.md` : `${name} renamed.md`;
        fates.set(name, fate);
        if (fate === null) rmSync(place(`${name}.md`));
        else renameSync(place(`${name}.md`), place(fate));
        typist.type(typist.text.length, `and after in ${name}\n`);
        await typist.push();
      }),
    );
    const whole = (name: string) => `# ${name}\ntyped in ${name}\nand after in ${name}\n`;
    for (const [name, fate] of fates) {
      if (fate === null) continue;
      await eventually(
        () => existsSync(place(fate)) && vault.read(fate) === whole(name),
        `${fate} has it all`,
      );
    }
    await pause(1000);
    const kept = [...fates.values()].filter((fate) => fate !== null);
    expect(vault.list().filter((path) => path.endsWith('.md'))).toEqual(kept.sort());
    for (const [name, fate] of fates) {
      if (fate !== null) continue;
      const { document } = (typists.get(name) as Typist).note;
      const states = app.events.filter(
        (event) => event.name === 'note.state' && event.payload.document === document,
      );
      expect(states.at(-1)).toMatchObject({ payload: { state: { kind: 'gone' } } });
      await client.call('notes.putBack', { document });
      expect(vault.read(`${name}.md`)).toBe(whole(name));
    }
  });
});

describe('what is no usual note', () => {
  it('C31: conflict copies are notes; what is in the cloud only is neither made anew, nor written, nor given up', async () => {
    const copies = [
      'a (conflicted copy 2021-02-09).md',
      'a.sync-conflict-20210209-211500-ABCDEFG.md',
      "a (Ann's conflicted copy).md",
    ];
    const stub = Buffer.from('bplist00 stub');
    const { vault, client, place } = await open({
      'a.md': 'one\n',
      '.away.md.icloud': stub,
      'here.md': 'here\n',
      ...Object.fromEntries(copies.map((path) => [path, `theirs in ${path}\n`])),
    });
    for (const path of copies) {
      const typist = await Typist.open(client, path);
      typist.type(0, 'mine ');
      await typist.save();
      expect(vault.read(path)).toBe(`mine theirs in ${path}\n`);
    }
    expect(vault.read('a.md')).toBe('one\n');

    expect((await refusal(client.call('notes.open', { path: 'away.md', begin: 'new\n' })))?.message).toMatch(
      /not downloaded/,
    );
    expect((await refusal(client.call('notes.create', { path: 'away.md', text: 'new\n' })))?.message).toMatch(
      /not downloaded/,
    );
    const here = await Typist.open(client, 'here.md');
    here.type(0, 'mine ');
    await here.push();
    renameSync(place('here.md'), place('.here.md.icloud'));
    expect((await refusal(here.save()))?.message).toMatch(/not downloaded/);
    expect(vault.list()).not.toContain('here.md');
    renameSync(place('.here.md.icloud'), place('here.md'));
    await eventually(() => vault.read('here.md') === 'mine here\n', 'it is written when it is back');
    expect(vault.bytes('.away.md.icloud').equals(stub)).toBe(true);
    expect(vault.list()).not.toContain('away.md');
  });

  it('C31: a file with a size and nothing on the disk is left as it is', async () => {
    const { vault, client, place } = await open({ 'a.md': '' });
    truncateSync(place('a.md'), 5000);
    expect(statSync(place('a.md')).blocks).toBe(0);
    const typist = await Typist.open(client, 'a.md');
    expect(typist.note.readOnly).not.toBeNull();
    typist.type(0, 'x');
    expect(await refusal(typist.push())).toMatchObject({ code: 'read-only' });
    expect(vault.bytes('a.md').equals(Buffer.alloc(5000))).toBe(true);
    expect(statSync(place('a.md')).blocks).toBe(0);
  });

  it.each([
    ['a pipe', (place: string) => execFileSync('mkfifo', [place])],
    ['a folder', (place: string) => mkdirSync(place)],
    ['a socket', (place: string) => execFileSync('python3', ['-c', BIND, place])],
    // Only the administrator may make one; another user’s is a pipe once more.
    [
      'a device',
      (place: string) => execFileSync(process.getuid?.() === 0 ? 'mknod' : 'mkfifo', [place, ...NULL_DEVICE]),
    ],
  ])(
    'C32: where %s takes the place of an open note, nothing hangs, and the text is kept',
    async (_, take) => {
      const { vault, app, client, place } = await open({ 'a.md': 'one\n', 'b.md': 'two\n' });
      const [typist, other] = [await Typist.open(client, 'a.md'), await Typist.open(client, 'b.md')];
      rmSync(place('a.md'));
      take(place('a.md'));
      typist.type(4, 'mine\n');
      await typist.push();
      expect((await refusal(typist.save()))?.message).toMatch(/a\.md/);
      await eventually(() => lastState(app)?.state.kind === 'failed', 'it is said that it is not saved');
      other.type(0, 'meanwhile ');
      await other.save();
      expect(vault.read('b.md')).toBe('meanwhile two\n');
      rmSync(place('a.md'), { recursive: true });
      writeFileSync(place('a.md'), 'one\ntheirs\n');
      await eventually(
        () => ['one\nmine\ntheirs\n', 'one\ntheirs\nmine\n'].includes(vault.read('a.md')),
        'both are in the file',
      );
    },
  );

  it('C41: names that differ in case, or in Unicode form, are notes of their own', async () => {
    const [composed, decomposed] = ['caf\u00e9.md', 'cafe\u0301.md'];
    const names = ['A.md', 'a.md', composed, decomposed];
    const { vault, app, client } = await open(
      Object.fromEntries(names.map((name) => [name, `in ${name}\n`])),
    );
    const typists = await Promise.all(names.map((name) => Typist.open(client, name)));
    expect(new Set(typists.map(({ note }) => note.document)).size).toBe(4);
    for (let round = 0; round < 5; round += 1) {
      for (const [index, typist] of typists.entries()) typist.type(0, `${index}.${round} `);
      await Promise.all(typists.map((typist) => typist.save()));
    }
    await app.settled();
    for (const [index, name] of names.entries())
      expect(vault.read(name)).toBe(
        `${[4, 3, 2, 1, 0].map((round) => `${index}.${round} `).join('')}in ${name}\n`,
      );
    expect(vault.list()).toEqual([...names].sort());
    const { notes } = await inspectionOf(client);
    expect(notes.map(({ path }) => path).sort()).toEqual([...names].sort());
  });

  it('C44: a link and the note that it leads to are one note, and the link stays one', async () => {
    const { vault, client, place } = await open({ 'in/real.md': 'one\n' });
    symlinkSync('in/real.md', place('link.md'));
    symlinkSync('link.md', place('second.md'));
    const typists = await Promise.all(
      ['link.md', 'in/real.md', 'second.md'].map((path) => Typist.open(client, path)),
    );
    expect(typists.map(({ note }) => note.path)).toEqual(['link.md', 'in/real.md', 'second.md']);
    expect(new Set(typists.map(({ note }) => note.document)).size).toBe(1);
    for (const [index, typist] of typists.entries()) typist.type(0, `${index} `);
    await Promise.all(typists.map((typist) => typist.push()));
    const text = typists[0]?.text;
    await eventually(() => typists.every((typist) => typist.text === text), 'they converge');
    await typists[0]?.save();
    expect(vault.read('in/real.md')).toBe(text);
    expect(readlinkSync(place('link.md'))).toBe('in/real.md');
    // It leads elsewhere now.
    vault.write('other.md', 'other\n');
    unlinkSync(place('second.md'));
    symlinkSync('other.md', place('second.md'));
    expect(await client.call('notes.open', { path: 'second.md' })).toMatchObject({ text: 'other\n' });
  });

  it.runIf(mayMount())(
    'C41: two spellings of one file are one note (a file mounted in two places stands for a disk that takes them for one)',
    async () => {
      const { vault, client, place } = await open({ 'Note.md': 'one\n', 'note.md': '' });
      execFileSync('mount', ['--bind', place('Note.md'), place('note.md')]);
      try {
        const [upper, lower] = [await Typist.open(client, 'Note.md'), await Typist.open(client, 'note.md')];
        expect(lower.note.document).toBe(upper.note.document);
        lower.type(0, 'mine ');
        await lower.push();
        expect(upper.text).toBe('mine one\n');
      } finally {
        execFileSync('umount', ['-l', place('note.md')]);
      }
      expect(vault.list()).toContain('note.md');
    },
  );

  it('C42: the longest names and the deepest folders are used, and what is longer is refused in words', async () => {
    const longest = `${'n'.repeat(252)}.md`;
    const wide = `${'\u00e9'.repeat(126)}.md`;
    const deep = `${'d/'.repeat(200)}a.md`;
    const { vault, client } = await open({ [longest]: 'one\n', [wide]: 'one\n', [deep]: 'one\n' });
    for (const path of [longest, wide, deep]) {
      const typist = await Typist.open(client, path);
      typist.type(0, 'mine ');
      await typist.save();
      expect(vault.read(path)).toBe('mine one\n');
    }
    for (const path of [
      `${'n'.repeat(253)}.md`,
      `${'\u00e9'.repeat(127)}.md`,
      `${'folder/'.repeat(600)}a.md`,
    ])
      expect((await refusal(client.call('notes.create', { path, text: '' })))?.code).toBe('invalid-params');
    const nearly = `${'folder/'.repeat(583)}a.md`;
    expect(await refusal(client.call('notes.open', { path: nearly, begin: 'x' }))).toMatchObject({
      message: expect.stringMatching(/long|no note/i),
    });
  });

  it('C42: a folder that lies too deep for the system is left out, and the rest can be used', async () => {
    const { vault, app, client } = await open({ 'a.md': 'one\n' });
    const step = 'f'.repeat(200);
    const down = `for i in $(seq 25); do mkdir ${step} && cd ${step} || exit 1; done; echo far > far.md`;
    execFileSync('bash', ['-c', down], { cwd: vault.folder });
    const typist = await Typist.open(client, 'a.md');
    typist.type(0, 'mine ');
    await typist.save();
    await app.settled();
    expect(vault.read('a.md')).toBe('mine one\n');
    expect(execFileSync('find', ['.', '-name', 'far.md'], { cwd: vault.folder }).toString()).not.toBe('');
    execFileSync('rm', ['-r', step], { cwd: vault.folder });
  });

  it('C48: a picture, a file of NULs and an empty file', async () => {
    const png = Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      Buffer.alloc(3000, 7),
    ]);
    const nuls = Buffer.alloc(1024 * 1024);
    const { vault, app, client } = await open({ 'picture.md': png, 'nuls.md': nuls, 'empty.md': '' });
    for (const [path, bytes] of [
      ['picture.md', png],
      ['nuls.md', nuls],
    ] as const) {
      const typist = await Typist.open(client, path);
      expect(typist.note.readOnly).toMatch(/not text/);
      typist.type(0, 'x');
      expect(await refusal(typist.push())).toMatchObject({ code: 'read-only' });
      expect(vault.bytes(path).equals(bytes)).toBe(true);
    }
    const empty = await Typist.open(client, 'empty.md');
    expect(empty.note).toMatchObject({ text: '', readOnly: null });
    await empty.save();
    expect(vault.read('empty.md')).toBe('');
    empty.type(0, 'begun');
    await empty.save();
    expect(vault.read('empty.md')).toBe('begun');
    await app.settled();
    const { problems } = await inspectionOf(client);
    expect(problems.map(({ path }) => path).sort()).toEqual(['nuls.md', 'picture.md']);
  });

  const paragraph = 'Words, and more words, in a line that ends.\r\n';
  const large: [name: string, text: string][] = [
    ['a note of 10 MB', paragraph.repeat(Math.ceil((10 * 1024 * 1024) / paragraph.length))],
    ['a line of 400 kB', `before\n${'word '.repeat(80_000)}\nafter\n`],
    ['100,000 lines', Array.from({ length: 100_000 }, (_, index) => `line ${index}\n`).join('')],
    ['a picture of 1 MB in the text', `![x](data:image/png;base64,${'QUJD'.repeat(260_000)})\n\nafter\n`],
  ];
  it.each(large)('C49: %s opens whole, and saves whole but for the edit', async (_, text) => {
    const { vault, client } = await open({ 'a.md': text });
    const typist = await Typist.open(client, 'a.md');
    const shown = text.replaceAll('\r\n', '\n');
    expect(typist.text.length).toBe(shown.length);
    const at = shown.length >> 1;
    typist.type(at, '<here>');
    await typist.save();
    const there = text.length - shown.slice(at).replaceAll('\n', text.includes('\r') ? '\r\n' : '\n').length;
    const expected = `${text.slice(0, there)}<here>${text.slice(there)}`;
    expect(vault.read('a.md') === expected).toBe(true);
    vault.write('a.md', `${expected}theirs\n`);
    await eventually(() => typist.text.endsWith('theirs\n'), 'another program’s line is merged');
    expect(typist.text.length).toBe(shown.length + '<here>theirs\n'.length);
  });

  it('C49: a million lines open whole, and save whole but for the edit', async () => {
    const text = Array.from({ length: 1_000_000 }, (_, index) => `${index}\n`).join('');
    const { vault, client } = await open({ 'a.md': text });
    const typist = await Typist.open(client, 'a.md');
    expect(typist.text === text).toBe(true);
    const at = text.length >> 1;
    typist.type(at, '<here>');
    await typist.save();
    expect(vault.read('a.md') === `${text.slice(0, at)}<here>${text.slice(at)}`).toBe(true);
  });

  it('C49: a note of 100 MB is refused, and left alone', async () => {
    const { client, place } = await open({ 'a.md': Buffer.alloc(100 * 1024 * 1024, 'words\n') });
    expect(await refusal(client.call('notes.open', { path: 'a.md' }))).toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/50 MB/),
    });
    expect(statSync(place('a.md')).size).toBe(100 * 1024 * 1024);
  });
});
