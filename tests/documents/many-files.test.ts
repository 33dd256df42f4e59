import { ChangeSet } from '@codemirror/state';
import { afterEach, expect, it } from 'vitest';
import { openVault, type Vault } from '../../src/backend/vault/vault.ts';
import { RambleError } from '../../src/contract/errors.ts';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import { cleanUp, eventually, makeVault } from '../support/app.ts';
import { authorityOver } from './authority-over.ts';

afterEach(cleanUp);

const COUNT = 40;
const nameOf = (at: number) => `note ${at}.md` as NotePath;
const names = Array.from({ length: COUNT }, (_, at) => nameOf(at));

/** A vault whose disk stands still from the twentieth write on, until `goOn`. */
async function slowVault() {
  const folder = makeVault(Object.fromEntries(names.map((name) => [name, 'one\n'])));
  const real = await openVault(folder.folder);
  let goOn: () => void = () => undefined;
  const still = new Promise<void>((done) => {
    goOn = done;
  });
  let writes = 0;
  const vault: Vault = {
    ...real,
    async writeAtomic(...args) {
      writes += 1;
      if (writes > 20) await still;
      return real.writeAtomic(...args);
    },
  };
  return { folder, vault, goOn };
}

const steps = names.map((path) => ({
  path,
  change: ({ text: { doc } }: { text: { doc: { length: number } } }) =>
    ChangeSet.of({ from: doc.length, insert: 'two\n' }, doc.length),
}));

it('a change of many notes is made once all of it would survive; their files follow', async () => {
  const { folder, vault, goOn } = await slowVault();
  const { documents, close } = authorityOver(vault);
  const { documents: changed } = await documents.change('renamed', 'driver', steps);
  const isWritten = () => names.filter((name) => folder.read(name) === 'one\ntwo\n').length;
  expect(isWritten()).toBeLessThanOrEqual(20);
  for (const document of changed) {
    expect(document.text.toString()).toBe('one\ntwo\n');
    expect(document.durable).toBe(document.version);
  }
  goOn();
  await documents.flushAll();
  expect(isWritten()).toBe(COUNT);
  await close();
});

it('where the first files cannot be written, the others are', async () => {
  const folder = makeVault(Object.fromEntries(names.map((name) => [name, 'one\n'])));
  const real = await openVault(folder.folder);
  const vault: Vault = {
    ...real,
    async writeAtomic(path, ...args) {
      if (path === nameOf(3)) throw new RambleError('io', `“${path}” could not be saved.`);
      return real.writeAtomic(path, ...args);
    },
  };
  const { documents, close } = authorityOver(vault);
  await expect(documents.change('renamed', 'driver', steps)).rejects.toMatchObject({ code: 'io' });
  const isWritten = () => names.filter((name) => folder.read(name) === 'one\ntwo\n').length;
  await eventually(() => isWritten() === COUNT - 1, 'all the others are written');
  await close();
});

it('who has to go on with the files waits for every one of them', async () => {
  const { folder, vault, goOn } = await slowVault();
  const { documents, close } = authorityOver(vault);
  let isMade = false;
  const making = documents.change('renamed', 'driver', steps, { awaitFiles: true }).then(() => {
    isMade = true;
  });
  await new Promise((done) => setTimeout(done, 300));
  expect(isMade).toBe(false);
  goOn();
  await making;
  for (const name of names) expect(folder.read(name)).toBe('one\ntwo\n');
  await close();
});
