import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, readdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { RambleError } from '../../contract/errors.ts';
import {
  joinPath,
  type NotePath,
  nameKey,
  parseNotePath,
  type VaultPath,
} from '../../core/paths/note-path.ts';
import { checkFolder } from './check-folder.ts';
import { onDisk, realPlace } from './contain.ts';
import { entryAt, newEntryAt } from './entry.ts';
import { faultCode, faultReason, fileFault, folderIsAway } from './file-fault.ts';
import { moveFile } from './move-file.ts';
import { moveFolder } from './move-folder.ts';
import { readFileAt } from './read-file.ts';
import { revisionOf } from './revision.ts';
import { moveToTrash, TRASH } from './trash.ts';
import { createTurns, inTurnsOf } from './turns.ts';
import { createFile, type Displaced, replaceFile, syncFolder } from './write-atomic.ts';

/** A folder of notes, as bytes on disk. Every path is vault-relative; nothing outside the folder is read or written. */
/** Gives the note of a folder that has the name of this path in it. */
export type NamesIn = (path: NotePath) => Promise<NotePath | null>;

export interface Vault {
  /** The folder without links; never crosses the contract. */
  readonly root: string;
  /** The folder's own name, for the screen. */
  readonly name: string;
  /** 16 hex digits that stand for the folder's place. */
  readonly id: string;
  /**
   * A file's bytes and their revision. Throws `not-found`, `outside-vault` (a link that leads out), `unsupported` (over 50 MB),
   * `io` (with the reason; also for what is not a regular file).
   */
  read(path: VaultPath): Promise<{ bytes: Buffer; revision: string }>;
  /**
   * Writes a whole file, atomically. `expect` is the revision that must still be there (`conflict` otherwise, with the revision
   * found in `data.current`), or `null` to make a new file (`exists` where the name is taken in any case or Unicode form).
   * `displaced` is what another program wrote into the old file in the very moment of the save, and no name leads to any more; it
   * resolves within a few seconds, once that is all written. `mayHaveMoved` says that the old file may have been moved away in that
   * moment, and lie elsewhere.
   * Throws also `outside-vault`, `read-only` and `io`. Whatever is thrown, no file is half written.
   */
  writeAtomic(
    path: VaultPath,
    bytes: Uint8Array,
    options: { expect: string | null },
  ): Promise<{ revision: string; displaced: Promise<Buffer> | null; mayHaveMoved: boolean }>;
  /** Whether something (even a broken link) has that very name. */
  exists(path: VaultPath): Promise<boolean>;
  /** The notes that lie in a folder itself (`''` is the root), by name; none where there is no such folder. Throws `io`. */
  notesIn(folder: string): Promise<NotePath[]>;
  /** The folders that lie in a folder itself, by name; none where there is no such folder. Throws `io`. */
  foldersIn(folder: string): Promise<string[]>;
  /**
   * What a folder holds now, for asking which note in it has a name, whatever the letter case and the Unicode form: the first, where there
   * are several; `null` where there is none. Throws `io`, and so does asking.
   */
  namesIn(folder: string): Promise<NamesIn>;
  /** Why a note that can be read cannot be written, in words; `null` where it can, as far as permissions say. */
  whyReadOnly(path: VaultPath): Promise<string | null>;
  /**
   * What tells a file from every other, whatever its name; links inside the vault are followed. `null` where there is no regular file.
   * Throws `outside-vault` and `io`.
   */
  identify(path: VaultPath): Promise<FileIdentity | null>;
  /**
   * The path at which the note really is, where `path` leads to it by a link or another spelling; `path` itself where there is no file,
   * or where it leads to none that is a note of the vault.
   */
  ownPath(path: NotePath): Promise<NotePath>;
  /** Whether the folder is still there, and the same: not deleted, renamed, or an empty place where a disk was mounted. */
  rootIsThere(): Promise<boolean>;
  /**
   * Gives a file another name or folder; missing folders are made. Never overwrites: `exists` where another file has the name in any
   * letter case or Unicode form (`data.name`). Changing those alone is a rename like any. A link is moved, not what it leads to.
   * Throws also `not-found`, `outside-vault` and `io`; the file then is whole and where it was.
   */
  rename(from: VaultPath, to: VaultPath): Promise<void>;
  /**
   * Gives a folder, with everything in it, another name or place, in one step: as `rename` in every other respect. Throws `not-found`
   * also for what is no folder.
   */
  renameFolder(from: VaultPath, to: VaultPath): Promise<void>;
  /**
   * Moves a file to its path within `.trash/`, numbered (`Note 2.md`) where that is taken. Gives where it is now, in the vault.
   * Throws `not-found`, `outside-vault` and `io` (also where the trash is on another disk); the file then is where it was.
   */
  trash(path: VaultPath): Promise<string>;
  /** Takes back a file that was just made, if it still is `revision`; otherwise leaves it. Throws `io`. */
  removeNew(path: VaultPath, revision: string): Promise<void>;
}

export interface FileIdentity {
  dev: number;
  ino: number;
  birthtimeMs: number;
  size: number;
  mtimeMs: number;
  /** How many names the file has. */
  names: number;
}

/** Opens a folder as a vault. Throws `bad-folder`, saying what, where, and what to do. */
export async function openVault(folder: string): Promise<Vault> {
  const root = await checkFolder(resolve(folder));
  // One write at a time for each name: comparing and renaming are two steps.
  const inTurn = createTurns();
  const rootIs = await stat(root).catch((error: unknown) => {
    throw new RambleError('bad-folder', `${root} cannot be opened: ${faultReason(error)}.`);
  });
  const rootIsThere = async () => {
    const now = await stat(root).catch(() => null);
    return now !== null && now.ino === rootIs.ino && now.dev === rootIs.dev;
  };

  /** What `list` finds in a folder; nothing where there is no such folder, or it goes meanwhile. */
  async function inFolder<Found>(
    folder: string,
    list: (place: string) => Promise<Found[]>,
  ): Promise<Found[]> {
    try {
      return await list(folder === '' ? root : await realPlace(root, folder));
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(faultCode(error))) return [];
      throw fileFault(error, folder, 'read');
    }
  }

  return {
    root,
    name: basename(root),
    id: createHash('sha256').update(root).digest('hex').slice(0, 16),

    async read(path) {
      try {
        const bytes = await readFileAt(await realPlace(root, path), path);
        return { bytes, revision: revisionOf(bytes) };
      } catch (error) {
        throw fileFault(error, path, 'read');
      }
    },

    writeAtomic: (path, bytes, { expect }) =>
      inTurn(path, async () => {
        let displaced: Displaced = { bytes: null, mayHaveMoved: false };
        try {
          if (expect === null) {
            if (!(await rootIsThere())) throw folderIsAway();
            await create(root, path, bytes);
          } else {
            const place = await placeToReplace(root, path);
            displaced = await replaceFile(place, path, bytes, expect);
          }
        } catch (error) {
          throw fileFault(error, path, expect === null ? 'made' : 'saved');
        }
        const { bytes: written, mayHaveMoved } = displaced;
        return { revision: revisionOf(bytes), displaced: written, mayHaveMoved };
      }),

    async exists(path) {
      try {
        await lstat(onDisk(root, path));
        return true;
      } catch (error) {
        if (['ENOENT', 'ENOTDIR'].includes(faultCode(error))) return false;
        throw fileFault(error, path, 'read');
      }
    },

    notesIn: (folder) =>
      inFolder(folder, async (place) => {
        const entries = await readdir(place, { withFileTypes: true });
        return entries
          .filter((entry) => entry.isFile() || entry.isSymbolicLink())
          .flatMap((entry) => {
            const check = parseNotePath(joinPath(folder, entry.name));
            return check.ok ? [check.path] : [];
          })
          .sort();
      }),

    foldersIn: (folder) =>
      inFolder(folder, async (place) => {
        const entries = await readdir(place, { withFileTypes: true });
        return entries.flatMap((entry) => (entry.isDirectory() ? [joinPath(folder, entry.name)] : [])).sort();
      }),

    async namesIn(folder) {
      const names = await inFolder(folder, (place) => readdir(place));
      return async (path) => {
        const wanted = basename(path);
        const key = nameKey(wanted);
        // Of a folder with thousands of names nearly all are told from it at once.
        const isPlain = (name: string) => !/[^\0-\x7f]/.test(name);
        const mayBe = isPlain(wanted)
          ? (name: string) => name.length === wanted.length || !isPlain(name)
          : () => true;
        const alike = names.filter((name) => mayBe(name) && nameKey(name) === key).sort();
        const [found = null] = await inFolder(folder, async (place) => {
          const kinds = await Promise.all(alike.map((name) => lstat(join(place, name))));
          return alike
            .filter((_, at) => kinds[at]?.isFile() || kinds[at]?.isSymbolicLink())
            .map((name) => joinPath(folder, name) as NotePath);
        });
        return found;
      };
    },

    async whyReadOnly(path) {
      try {
        const named = onDisk(root, path);
        const own = await lstat(named);
        // Only a link has to be followed to where it is written.
        const real = own.isSymbolicLink() ? await realPlace(root, path) : named;
        const { mode } = real === named ? own : await stat(real);
        if ((mode & 0o222) === 0) return 'The file is write-protected, so it can only be read here.';
        await access(real, constants.W_OK);
        await access(dirname(real), constants.W_OK);
        return null;
      } catch (error) {
        if (faultCode(error) === 'EROFS')
          return 'The disk can only be read, so the note can only be read here.';
        if (['EACCES', 'EPERM'].includes(faultCode(error)))
          return 'You have no permission to change this file or its folder, so it can only be read here.';
        throw fileFault(error, path, 'read');
      }
    },

    async identify(path) {
      try {
        const stats = await stat(await realPlace(root, path));
        const { dev, ino, birthtimeMs, size, mtimeMs, nlink: names } = stats;
        return stats.isFile() ? { dev, ino, birthtimeMs, size, mtimeMs, names } : null;
      } catch (error) {
        if (['ENOENT', 'ENOTDIR'].includes(faultCode(error))) return null;
        throw fileFault(error, path, 'read');
      }
    },

    async ownPath(path) {
      const real = await realPlace(root, path).catch(() => onDisk(root, path));
      const own = parseNotePath(relative(root, real).split(sep).join('/'));
      return own.ok && !own.path.split('/').some((name) => name.startsWith('.')) ? own.path : path;
    },

    rootIsThere,

    rename: (from, to) =>
      inTurnsOf(inTurn, [from, to], async () => {
        try {
          await moveFile(await entryAt(root, from), await newEntryAt(root, to), to);
        } catch (error) {
          throw fileFault(error, from, 'renamed');
        }
      }),

    renameFolder: (from, to) =>
      inTurnsOf(inTurn, [from, to], async () => {
        try {
          await moveFolder(await entryAt(root, from), await newEntryAt(root, to), to);
        } catch (error) {
          throw fileFault(error, from, 'renamed');
        }
      }),

    trash: (path) =>
      // Names in the trash are looked at before they are taken, too.
      inTurnsOf(inTurn, [TRASH, path], async () => {
        try {
          return await moveToTrash(root, path);
        } catch (error) {
          throw fileFault(error, path, 'put into the trash');
        }
      }),

    removeNew: (path, revision) =>
      inTurn(path, async () => {
        try {
          const real = await realPlace(root, path);
          if (revisionOf(await readFileAt(real, path)) !== revision) return;
          await unlink(real);
          await syncFolder(dirname(real));
        } catch (error) {
          if (faultCode(error) !== 'ENOENT') throw fileFault(error, path, 'removed');
        }
      }),
  };
}

/** A file that is gone is a conflict for whoever writes over it. */
async function placeToReplace(root: string, path: string): Promise<string> {
  try {
    return await realPlace(root, path);
  } catch (error) {
    if (faultCode(error) === 'ENOENT') return onDisk(root, path);
    throw error;
  }
}

async function create(root: string, path: string, bytes: Uint8Array): Promise<void> {
  const { folder, name } = await newEntryAt(root, path);
  await createFile(folder, name, path, bytes);
}
