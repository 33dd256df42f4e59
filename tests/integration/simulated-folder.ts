import { join } from 'node:path';
import type { MoveCalls } from '../../src/backend/vault/move-file.ts';

/** How a folder takes names: as APFS does, as a folded ext4 does (renaming a name to itself does nothing), or as FAT does. */
export type FolderKind = 'apfs' | 'casefold' | 'fat';

const fault = (code: string) => Object.assign(new Error(code), { code });
const key = (place: string) => place.normalize('NFC').toLowerCase();

/** One folder at `/v` in which two spellings are one name, with its files’ texts by name. */
export function simulatedFolder(kind: FolderKind, files: Record<string, string>) {
  const entries = new Map(
    Object.entries(files).map(([name, text], at) => [
      key(join('/v', name)),
      { name, text, ino: BigInt(at + 2) },
    ]),
  );
  const at = (place: string) => {
    const entry = entries.get(key(place));
    if (entry === undefined) throw fault('ENOENT');
    return entry;
  };
  const put = (place: string, { text, ino }: { text: string; ino: bigint }) =>
    entries.set(key(place), { name: place.slice('/v/'.length), text, ino });
  const calls: MoveCalls = {
    async look(place) {
      if (place === '/v') return { dev: 1n, ino: 1n, nlink: 2n, kind: 'other' };
      const { ino } = at(place);
      const nlink = BigInt([...entries.values()].filter((entry) => entry.ino === ino).length);
      return { dev: 1n, ino, nlink, kind: 'file' };
    },
    list: async () => [...entries.values()].map(({ name }) => name),
    async link(from, to) {
      const entry = at(from);
      if (kind === 'fat') throw fault('EPERM');
      if (entries.has(key(to))) throw fault('EEXIST');
      put(to, entry);
    },
    async rename(from, to) {
      const entry = at(from);
      if (entry === entries.get(key(to)) && kind === 'casefold') return;
      entries.delete(key(from));
      put(to, entry);
    },
    async unlink(place) {
      at(place);
      entries.delete(key(place));
    },
    sync: async () => undefined,
  };
  const texts = () => Object.fromEntries([...entries.values()].map(({ name, text }) => [name, text]));
  return { calls, texts };
}
