import { setTimeout as pause } from 'node:timers/promises';
import { ChangeSet } from '@codemirror/state';
import { afterEach, expect, it } from 'vitest';
import type { NoteDocument } from '../../src/backend/documents/document.ts';
import { changesToJson } from '../../src/backend/documents/edit.ts';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import { type Authority, openAuthority } from '../faults/authority.ts';
import { cleanUp, eventually, makeVault, type TestVault } from '../support/app.ts';

const open: Authority[] = [];
afterEach(async () => {
  for (const authority of open.splice(0)) await authority.close();
  cleanUp();
});

const path = (name: string) => name as NotePath;

async function begin(files: Record<string, string>) {
  const vault = makeVault(files);
  let now = Date.parse('2021-02-09T21:00');
  const authority = await openAuthority(
    { vault: vault.folder, data: makeVault().folder },
    () => new Date(now),
  );
  open.push(authority);
  const { documents } = authority;
  return {
    vault,
    documents,
    later(minutes: number) {
      now += minutes * 60_000;
      documents.compare();
    },
    count: (count: number) => eventually(() => documents.count === count, `${count} notes in memory`),
    /** What a window sends that knows this version of a note of this length. */
    type: (id: number, version: number, length: number, insert: string, peer = 'w') =>
      documents.push(id, version, peer, [
        { kind: 'typed', changes: changesToJson(ChangeSet.of({ from: 0, insert }, length)) },
      ]),
  };
}

async function saved(
  vault: TestVault,
  flush: (document: NoteDocument) => Promise<void>,
  document: NoteDocument,
) {
  await flush(document);
  return vault.read(document.path);
}

it('C67: notes that nobody asks for are let go of, so that memory does not grow with what was ever opened', async () => {
  const names = Array.from({ length: 60 }, (_, index) => `${index}.md`);
  const { documents, later, count, type } = await begin(
    Object.fromEntries(names.map((name) => [name, 'x\n'])),
  );
  for (let round = 0; round < 3; round += 1) {
    for (const name of names) {
      const document = await documents.open(path(name));
      await type(document.id, document.version, document.text.doc.length, 'y');
    }
    await documents.flushAll();
    expect(documents.count).toBe(60);
    later(14);
    await documents.open(path('7.md'));
    later(14);
    await count(1);
    later(20);
    await count(0);
  }
});

it('C67: a window that was idle goes on typing, from the version that it knows, with what others did meanwhile', async () => {
  const { vault, documents, later, count, type } = await begin({ 'a.md': 'begin\n' });
  const { id } = await documents.open(path('a.md'));
  // Another window typed; this one knows nothing of it.
  for (let round = 0; round < 50; round += 1) await type(id, round, 6 + round, 'x', 'other');
  await documents.flushAll();
  later(20);
  await count(0);
  expect(await type(id, 0, 6, 'mine ')).toBe(51);
  const { document, edits } = await documents.pull(id, 0);
  expect(edits).toHaveLength(51);
  expect(document.id).toBe(id);
  const text = document.text.toString();
  expect([...text].filter((letter) => letter === 'x')).toHaveLength(50);
  expect(text).toContain('mine ');
  expect(await saved(vault, (one) => documents.flush(one), document)).toBe(text);

  later(20);
  await count(0);
  vault.write('a.md', `${text}theirs\n`);
  const later1 = await documents.pull(id, 51);
  await eventually(() => later1.document.announced === 52, 'the journal has it');
  expect((await documents.pull(id, 51)).edits).toMatchObject([{ peer: 'disk' }]);
});

it('C67: what is in no file yet, and what the journal does not know, stays in memory', async () => {
  const { vault, documents, later, type } = await begin({ 'a.md': 'begin\n' });
  const unwritten = await documents.open(path('tonight.md'), 'template\n');
  const dirty = await documents.open(path('a.md'));
  await type(dirty.id, 0, 6, 'mine ');
  later(20);
  later(20);
  expect(await documents.open(path('a.md'))).toBe(dirty);
  expect(await documents.open(path('tonight.md'))).toBe(unwritten);
  await documents.flushAll();
  expect(vault.read('a.md')).toBe('mine begin\n');
});

it('C67: what waits for its turn to be saved is in no file yet, and stays in memory', async () => {
  const { vault, documents, later, type } = await begin({ 'a.md': 'begin\n' });
  const document = await documents.open(path('a.md'));
  let goOn = () => {};
  void document.turn(() => new Promise<void>((done) => (goOn = done)));
  await type(document.id, 0, 6, 'mine ');
  // The save was due, and has begun to wait.
  await pause(400);
  expect([document.dirty, document.announced, document.isAtRest]).toEqual([true, document.version, false]);
  later(20);
  expect(await documents.open(path('a.md'))).toBe(document);
  goOn();
  await documents.flush(document);
  expect(vault.read('a.md')).toBe('mine begin\n');
});

it('C64: a change of several notes is taken back when they are no longer in memory, and keeps what came since', async () => {
  const { vault, documents, later, count, type } = await begin({ 'a.md': 'one\n', 'b.md': 'two\n' });
  const { id } = await documents.change(
    'renamed',
    'rename',
    ['a.md', 'b.md'].map((name) => ({
      path: path(name),
      change: ({ text: { doc } }) => ChangeSet.of({ from: doc.length, insert: 'added\n' }, doc.length),
    })),
  );
  expect([vault.read('a.md'), vault.read('b.md')]).toEqual(['one\nadded\n', 'two\nadded\n']);
  const { id: a } = await documents.open(path('a.md'));
  for (let round = 0; round < 5; round += 1) await type(a, 1 + round, 10 + round, 'x');
  await documents.flushAll();
  later(20);
  await count(0);
  await documents.takeBack(id);
  expect([vault.read('a.md'), vault.read('b.md')]).toEqual(['xxxxxone\n', 'two\n']);
});
