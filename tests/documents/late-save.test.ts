import { readdirSync } from 'node:fs';
import { ChangeSet } from '@codemirror/state';
import { afterEach, expect, it } from 'vitest';
import type { NoteDocument } from '../../src/backend/documents/document.ts';
import type { Documents } from '../../src/backend/documents/documents.ts';
import { changesToJson } from '../../src/backend/documents/edit.ts';
import { openVault, type Vault } from '../../src/backend/vault/vault.ts';
import { RambleError } from '../../src/contract/errors.ts';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import { cleanUp, eventually, makeVault } from '../support/app.ts';
import { authorityOver } from './authority-over.ts';

afterEach(cleanUp);

const tooMany = () => new RambleError('io', '“a.md” could not be read: too many files are open.');

it('C14: what a save wrote that was said to have failed is said to be saved once the file shows it', async () => {
  const folder = makeVault({ 'a.md': 'one\n' });
  const real = await openVault(folder.folder);
  /** The first save fails; the second writes, and fails when it looks at what it wrote. */
  const troubles = ['write', 'look'];
  const vault: Vault = {
    ...real,
    async writeAtomic(...args) {
      if (troubles[0] === 'write') {
        troubles.shift();
        throw tooMany();
      }
      return real.writeAtomic(...args);
    },
    async read(path) {
      if (troubles[0] === 'look' && folder.read('a.md') !== 'one\n') {
        troubles.shift();
        throw tooMany();
      }
      return real.read(path);
    },
  };
  const { documents, close } = authorityOver(vault);
  try {
    const document = await documents.open('a.md' as NotePath);
    await type(documents, document, 4, 'two\n');
    await eventually(() => troubles.length === 0, 'the save wrote, and failed to look');
    await eventually(() => document.state.kind === 'failed', 'that is said');
    // As the watch does, which tells of every change.
    documents.compare();
    await eventually(() => !document.dirty, 'the file is seen to have it');
    await eventually(() => document.state.kind === 'saved', 'it is said to be saved');
    expect(folder.read('a.md')).toBe('one\ntwo\n');
  } finally {
    await close();
  }
});

it('C22: what another program wrote on top of a save that was said to have failed is merged with that save', async () => {
  const folder = makeVault({ 'a.md': 'one\n' });
  const real = await openVault(folder.folder);
  let saves = 0;
  let isOver = false;
  const vault: Vault = {
    ...real,
    async writeAtomic(...args) {
      saves += 1;
      if (saves === 1) throw tooMany();
      return real.writeAtomic(...args);
    },
    async read(path) {
      if (saves === 2 && !isOver) {
        isOver = true;
        await type(documents, await documents.open('a.md' as NotePath), 15, ' more');
        folder.write('a.md', 'one\ntwo of them\nthree\n');
      }
      return real.read(path);
    },
  };
  const { documents, close } = authorityOver(vault);
  try {
    const document = await documents.open('a.md' as NotePath);
    await type(documents, document, 4, 'two of them\n');
    await eventually(() => isOver && document.state.kind === 'saved', 'it is saved in the end');
    expect(folder.read('a.md')).toBe('one\ntwo of them more\nthree\n');
    expect(document.overlaps).toEqual([]);
  } finally {
    await close();
  }
});

it('C22: what was to be saved is not taken for deleted by a program that never saw it', async () => {
  const long = 'a long line that both of them take out, and that makes up most of the note\n';
  const folder = makeVault({ 'a.md': `one\n${long}end\n` });
  const real = await openVault(folder.folder);
  let saves = 0;
  const vault: Vault = {
    ...real,
    async writeAtomic(...args) {
      saves += 1;
      if (saves > 1) return real.writeAtomic(...args);
      folder.write('a.md', 'one\nend\nthree\n');
      throw tooMany();
    },
  };
  const { documents, close } = authorityOver(vault);
  try {
    const document = await documents.open('a.md' as NotePath);
    await type(documents, document, 4, 'two\n', 4 + long.length);
    await eventually(() => saves > 0 && document.state.kind === 'saved', 'it is saved in the end');
    expect(folder.read('a.md')).toBe('one\ntwo\nend\nthree\n');
  } finally {
    await close();
  }
});

it('C22: a save that was refused is not taken for what the other program began with', async () => {
  const folder = makeVault({ 'a.md': '- [ ] milk\n- [ ] bread\n' });
  const real = await openVault(folder.folder);
  let saves = 0;
  const vault: Vault = {
    ...real,
    async writeAtomic(...args) {
      saves += 1;
      // The same line by chance; no watch has told of it yet.
      if (saves === 1) folder.write('a.md', '- [ ] milk\n- [ ] bread\nthe very same line\n');
      return real.writeAtomic(...args);
    },
  };
  const { documents, close } = authorityOver(vault);
  try {
    const document = await documents.open('a.md' as NotePath);
    await type(documents, document, document.text.doc.length, 'the very same line\n');
    await type(documents, document, 3, 'x', 4);
    await eventually(() => saves > 0 && document.state.kind === 'saved', 'it is saved in the end');
    expect(folder.read('a.md')).toBe('- [x] milk\n- [ ] bread\nthe very same line\n');
  } finally {
    await close();
  }
});

it('C28: a copy of a note is not taken for the note, where the disk does not count the names of a file', async () => {
  const folder = makeVault({ 'a.md': 'one\n', 'a copy.md': 'one\n' });
  const real = await openVault(folder.folder);
  const vault: Vault = {
    ...real,
    writeAtomic: async (...args) => ({ ...(await real.writeAtomic(...args)), mayHaveMoved: true }),
  };
  const { documents, close } = authorityOver(vault);
  try {
    const document = await documents.open('a.md' as NotePath);
    documents.hint(['a copy.md']);
    await type(documents, document, 4, 'two\n');
    await eventually(() => document.state.kind === 'saved', 'it is saved');
    expect(readdirSync(folder.folder).sort()).toEqual(['a copy.md', 'a.md']);
    expect([folder.read('a.md'), folder.read('a copy.md')]).toEqual(['one\ntwo\n', 'one\n']);
  } finally {
    await close();
  }
});

async function type(documents: Documents, document: NoteDocument, from: number, insert: string, to = from) {
  const changes = changesToJson(ChangeSet.of({ from, to, insert }, document.text.doc.length));
  await documents.push(document.id, document.version, 'w', [{ kind: 'typed', changes }]);
}
