import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ChangeSet } from '@codemirror/state';
import { afterEach, describe, expect, it } from 'vitest';
import type { NoteDocument } from '../../src/backend/documents/document.ts';
import { changesToJson } from '../../src/backend/documents/edit.ts';
import { RambleError } from '../../src/contract/errors.ts';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import { type Authority, openAuthority } from '../faults/authority.ts';
import { cleanUp, eventually, makeVault } from '../support/app.ts';

const open: Authority[] = [];
afterEach(async () => {
  for (const authority of open.splice(0)) await authority.close();
  cleanUp();
});

const path = (name: string) => name as NotePath;
const codeOf = (error: { code: string }) => error.code;

/** The authority on a folder of these files, or again on one that is there with what it keeps of it. */
async function on(files: Record<string, string>, folder = makeVault(files), data = makeVault().folder) {
  const authority = await openAuthority({ vault: folder.folder, data });
  open.push(authority);
  const again = async () => {
    open.splice(open.indexOf(authority), 1);
    await authority.close();
    return on({}, folder, data);
  };
  const { documents, vault, journal } = authority;
  const typeIn = async (name: string, insert: string) => {
    const { id, version, text } = await documents.open(path(name), '');
    const changes = changesToJson(ChangeSet.of({ from: 0, insert }, text.doc.length));
    return documents.push(id, version, 'w', [{ kind: 'typed', changes }]);
  };
  return { folder, documents, vault, journal, typeIn, again };
}

const putIn = (insert: string) => (document: NoteDocument) =>
  ChangeSet.of({ from: 0, insert }, document.text.doc.length);
const emptied = (document: NoteDocument) =>
  ChangeSet.of({ from: 0, to: document.text.doc.length }, document.text.doc.length);

it('text does not move to a note that was removed while it was on its way', async () => {
  const { folder, documents } = await on({ 'from.md': 'text\n', 'to.md': 'there\n' });
  await documents.open(path('to.md'));
  rmSync(join(folder.folder, 'to.md'));
  // It is looked at for a while: another program may be about to write it anew.
  documents.compare();
  const moved = documents.change('extract', 'extract', [
    { path: path('from.md'), change: emptied },
    { path: path('to.md'), change: putIn('text\n') },
  ]);
  expect(await moved.catch(codeOf)).toBe('not-found');
  await documents.flushAll();
  expect(folder.read('from.md')).toBe('text\n');
});

it('a change is not said to be written where only its saving finds that a note was removed', async () => {
  const { folder, documents } = await on({ 'from.md': 'text\n', 'to.md': 'there\n' });
  const to = await documents.open(path('to.md'));
  rmSync(join(folder.folder, 'to.md'));
  const moved = documents.change('extract', 'extract', [
    { path: path('from.md'), change: emptied },
    { path: path('to.md'), change: putIn('text\n') },
  ]);
  expect(await moved.catch(codeOf)).toBe('io');
  expect(to.gone).toBe(true);
  await documents.putBack(to.id);
  expect(folder.read('to.md')).toBe('text\nthere\n');
});

it('a note is not made over what is typed at its path meanwhile', async () => {
  const { folder, documents, typeIn } = await on({ 'a.md': 'a\n' });
  const a = await documents.open(path('a.md'));
  let goOn = () => {};
  void a.turn(() => new Promise<void>((done) => (goOn = done)));
  const made = documents.change('extract', 'extract', [
    { path: path('new.md'), make: 'made\n' },
    { path: path('a.md'), change: putIn('-> [[new]]\n') },
  ]);
  const outcome = made.catch(codeOf);
  await new Promise((done) => setTimeout(done, 100));
  await typeIn('new.md', 'typed');
  goOn();
  expect(await outcome).toBe('exists');
  await documents.flushAll();
  expect(folder.read('new.md')).toBe('typed');
  expect(folder.read('a.md')).toBe('a\n');
});

/** `b.md` was merged into `a.md`, and went into the trash. */
async function merged() {
  const there = await on({ 'a.md': 'a\n', 'b.md': 'b\n' });
  const { documents } = there;
  const merge = () =>
    documents.change('extract', 'extract', [
      { path: path('a.md'), change: putIn('b\n') },
      { path: path('b.md'), trash: true },
    ]);
  return { ...there, merge };
}

it('a note that is back stays where it is although another file could not be written', async () => {
  const { folder, documents, vault, merge } = await merged();
  const { id } = await merge();
  expect(existsSync(join(folder.folder, 'b.md'))).toBe(false);
  const write = vault.writeAtomic;
  vault.writeAtomic = async (file, ...how) => {
    if (file === 'a.md') throw new Error('The disk is full.');
    return write(file, ...how);
  };
  expect(await documents.takeBack(id).catch(codeOf)).toBe('io');
  expect(folder.list()).toContain('b.md');
  expect(folder.read('b.md')).toBe('b\n');
  vault.writeAtomic = write;
  await documents.flushAll();
  expect(folder.read('a.md')).toBe('a\n');
});

it('what is typed in a note on its way into the trash is not taken for kept', async () => {
  const { documents, vault, typeIn, merge } = await merged();
  const trash = vault.trash;
  let typed: Promise<unknown> = Promise.resolve();
  vault.trash = async (file) => {
    typed = typeIn('b.md', 'more ').catch(codeOf);
    await new Promise((done) => setTimeout(done, 50));
    return trash(file);
  };
  await merge();
  expect(await typed).toBe('out-of-step');
  await documents.flushAll();
});

it('a note does not get the path of one that was begun there meanwhile', async () => {
  const { folder, documents, typeIn } = await on({ 'a.md': 'a\n', 'busy.md': 'busy\n' });
  const busy = await documents.open(path('busy.md'));
  let goOn = () => {};
  void busy.turn(() => new Promise<void>((done) => (goOn = done)));
  const before = documents.change('append', 'app', [{ path: path('busy.md'), change: putIn('more ') }]);
  // One change at a time: the other waits for this one.
  await new Promise((done) => setTimeout(done, 100));
  const move = { from: path('a.md'), to: path('b.md'), isFolder: false };
  const renamed = documents.change('renamed', 'rename', [], { moves: [move] }).catch(codeOf);
  await new Promise((done) => setTimeout(done, 100));
  await typeIn('b.md', 'typed');
  goOn();
  await before;
  expect(await renamed).toBe('exists');
  await documents.flushAll();
  expect(folder.read('a.md')).toBe('a\n');
  expect(folder.read('b.md')).toBe('typed');
});

describe('a note that could not be put into the trash stays', () => {
  async function failed() {
    const there = await merged();
    there.vault.trash = async () => {
      throw new Error('The system does not allow it.');
    };
    await expect(there.merge()).rejects.toThrow('does not allow it');
    return there;
  }

  it('also after the next start, with what was written in it since', async () => {
    const { folder, documents, typeIn, again } = await failed();
    await typeIn('b.md', 'later ');
    await documents.flushAll();
    const { documents: next } = await again();
    expect(await next.open(path('b.md')).then(() => null, codeOf)).toBe(null);
    expect(folder.read('b.md')).toBe('later b\n');
  });

  it('also after the next start, where the change was taken back', async () => {
    const { folder, documents, journal, again } = await failed();
    const [made] = await journal.ask('changes', 1);
    expect(await documents.takeBack(made?.id ?? 0)).toMatchObject({ left: [] });
    const { documents: next } = await again();
    expect(await next.open(path('b.md')).then(() => null, codeOf)).toBe(null);
    expect([folder.read('a.md'), folder.read('b.md')]).toEqual(['a\n', 'b\n']);
  });
});

it('a note in which another program has just written does not go into the trash unseen', async () => {
  const { folder, documents } = await merged();
  await documents.open(path('b.md'));
  folder.write('b.md', 'b\nan hour of work\n');
  const refusing = documents.change('extract', 'extract', [
    { path: path('a.md'), change: putIn('b\n') },
    {
      path: path('b.md'),
      trash: true,
      change(document) {
        if (document.text.toString() !== 'b\n') throw new RambleError('conflict', 'It is another text.');
        return undefined;
      },
    },
  ]);
  // It is seen before anything is done.
  expect(await refusing.catch(codeOf)).toBe('conflict');
  expect(folder.read('a.md')).toBe('a\n');
});

it('nor one in which it writes while the other files are written', async () => {
  const { folder, vault, merge } = await merged();
  const save = vault.writeAtomic;
  vault.writeAtomic = async (...args) => {
    folder.write('b.md', 'b\nmore work\n');
    return save(...args);
  };
  expect(await merge().catch(codeOf)).toBe('conflict');
  expect(folder.read('b.md')).toBe('b\nmore work\n');
});

it('C22: the words of a note that was never in a file stay where another program has made one of that name', async () => {
  const { folder, vault, documents, typeIn, again } = await on({});
  vault.writeAtomic = async () => {
    throw new Error('The folder is away.');
  };
  await documents.open(path('tonight.md'), '# Tonight\n');
  await typeIn('tonight.md', 'an evening of my own words\n');
  const { documents: next } = await again();
  expect(folder.list()).toEqual([]);
  folder.write('tonight.md', '# Tonight\nfrom the phone\n');
  const note = await next.open(path('tonight.md'));
  await next.flush(note);
  const { text, overlaps } = note;
  expect(text.toString()).toContain('an evening of my own words\n');
  expect(text.toString() + overlaps.map(({ theirs }) => theirs).join('')).toContain('from the phone\n');
});

it('C26: where the disk keeps no time of birth, a new note with the inode of a deleted one is not that note', async () => {
  const { folder, documents, vault, typeIn } = await on({ 'a.md': 'a\n' });
  const identify = vault.identify;
  vault.identify = async (file) => ({ ...(await identify(file)), ino: 7, birthtimeMs: 0 }) as never;
  const a = await documents.open(path('a.md'));
  const write = vault.writeAtomic;
  vault.writeAtomic = async () => {
    throw new Error('Not now.');
  };
  await typeIn('a.md', 'typed just now ');
  rmSync(join(folder.folder, 'a.md'));
  folder.write('b.md', 'another note\n');
  documents.hint(['a.md', 'b.md']);
  await eventually(() => a.gone, 'it is known to be gone');
  vault.writeAtomic = write;
  await documents.flushAll();
  expect(a.path).toBe('a.md');
  expect(a.text.toString()).toBe('typed just now a\n');
  expect(folder.read('b.md')).toBe('another note\n');
});

it('C40: a note whose letter case another program changed goes on as itself, where both spellings are one name', async () => {
  const { folder, documents, again } = await on({ 'Note.md': 'text\n' });
  const { id } = await documents.open(path('Note.md'));
  await documents.flushAll();
  const { documents: next, vault } = await again();
  renameSync(join(folder.folder, 'Note.md'), join(folder.folder, 'note.md'));
  // As a disk answers that knows no letter case.
  vault.exists = async () => true;
  vault.ownPath = async () => path('note.md');
  expect((await next.open(path('note.md'))).id).toBe(id);
});
