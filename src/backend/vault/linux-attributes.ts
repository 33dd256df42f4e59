import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

/** What Linux allows: the names of a file's attributes together, and the value of one, bytes. */
const MOST_BYTES = 65_536;

/** How many files the library needs open while it is loaded, and some more. */
const FILES_TO_LOAD = 8;

/** Who may do what, beside the mode. */
const ACCESS_LIST = 'system.posix_acl_access';

/** What is about the text that was there, and the system's to say of another: a checksum, or what a program may do. */
const isAboutContent = (name: string) => name.startsWith('security.') && name !== 'security.selinux';

type Call<Parameters extends unknown[]> = (...parameters: Parameters) => Promise<number>;

/** The system's own calls, of which Node has none; each gives -1 where it failed, else how many bytes it gave. */
export interface AttributeCalls {
  list: Call<[path: string, into: Buffer, size: number]>;
  get: Call<[path: string, name: string, into: Buffer, size: number]>;
  set: Call<[descriptor: number, name: string, value: Buffer, size: number, flags: number]>;
  remove: Call<[descriptor: number, name: string]>;
}

/** `undefined` until they are asked for. */
let loaded: AttributeCalls | null | undefined;

/** The system's calls, loaded once; `null` where they cannot be had. Throws `EMFILE`, which passes. */
export function attributeCalls(): AttributeCalls | null {
  if (loaded === undefined) {
    mustHaveRoom();
    loaded = loadCalls();
  }
  return loaded;
}

/** So that a library that cannot be loaded for a moment is not taken for one that is not there. */
function mustHaveRoom(): void {
  const opened: number[] = [];
  try {
    while (opened.length < FILES_TO_LOAD) opened.push(openSync('/dev/null', 'r'));
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}

function loadCalls(): AttributeCalls | null {
  try {
    // Only where a note is saved, and only on Linux: loading it takes some 20 ms.
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    const system = koffi.load(null);
    const call = <Parameters extends unknown[]>(prototype: string): Call<Parameters> =>
      promisify(system.func(prototype).async) as Call<Parameters>;
    return {
      list: call('long listxattr(const char *path, void *list, size_t size)'),
      get: call('long getxattr(const char *path, const char *name, void *value, size_t size)'),
      remove: call('int fremovexattr(int fd, const char *name)'),
      set: call('int fsetxattr(int fd, const char *name, const void *value, size_t size, int flags)'),
    };
  } catch {
    // No such library for this processor: the note is saved all the same.
    return null;
  }
}

/**
 * Gives an open file the extended attributes of the file `old`, its access list among them, and takes a list away that `old` has not;
 * what the system refuses is left out.
 */
export async function copyAttributes(calls: AttributeCalls, old: string, descriptor: number): Promise<void> {
  const names = Buffer.allocUnsafe(MOST_BYTES);
  const length = await calls.list(old, names, MOST_BYTES);
  const found = names.toString('utf8', 0, Math.max(0, length)).split('\0');
  // The folder may have given the new file a list that the old one never had.
  if (length >= 0 && !found.includes(ACCESS_LIST)) await calls.remove(descriptor, ACCESS_LIST);
  for (const name of found) {
    if (name === '' || isAboutContent(name)) continue;
    const value = Buffer.allocUnsafe(MOST_BYTES);
    const size = await calls.get(old, name, value, MOST_BYTES);
    if (size >= 0) await calls.set(descriptor, name, value, size, 0);
  }
}
