import type * as fs from 'node:fs';
import type * as promises from 'node:fs/promises';
import { callsOf } from './simulated-calls.ts';
import { processOf, type SimulatedProcess } from './simulated-process.ts';

type Calls = ReturnType<typeof callsOf>;
type Plain = (...args: never[]) => unknown;

/** Descriptors of the simulation, far from the system’s. */
const FIRST_DESCRIPTOR = 2 ** 30;
const descriptors: { calls: Calls; place: string; inode: number }[] = [];

/** The functions that our code and its tests call; those of paths on the real disk are Node’s own. */
const BY_PATH = ['stat', 'realpath', 'access', 'readdir', 'mkdir', 'rename', 'link', 'unlink'] as const;

/** `node:fs` for `vi.mock`: paths on a simulated disk go there. */
export function simulateSync(actual: typeof fs): object {
  const byPath = Object.fromEntries(
    BY_PATH.map((name) => [
      `${name}Sync`,
      onPath(actual[`${name}Sync`] as Plain, (calls) => calls[name] as Plain),
    ]),
  );
  const openSync = (place: string, flags: string | number) => (calls: Calls) => {
    descriptors.push({ calls, place, inode: calls.open(place, flags) });
    return FIRST_DESCRIPTOR + descriptors.length - 1;
  };
  const simulated = {
    ...byPath,
    statSync: onPath(actual.statSync as Plain, (calls) => orUndefined(calls.stat)),
    lstatSync: onPath(actual.lstatSync as Plain, (calls) => calls.stat),
    existsSync: onPath(actual.existsSync, (calls) => (place: string) => {
      try {
        calls.stat(place);
        return true;
      } catch {
        return false;
      }
    }),
    openSync: onPath(
      actual.openSync as Plain,
      (calls) => (place: string, flags: string | number) => openSync(place, flags)(calls),
    ),
    closeSync: onDescriptor(actual.closeSync, ({ calls, place }) => calls.close(place)),
    fstatSync: onDescriptor(actual.fstatSync as Plain, ({ calls, place, inode }) =>
      calls.fstat(place, inode, false),
    ),
    readFileSync: onDescriptor(
      onPath(actual.readFileSync as Plain, (calls) => (place: string, encoding?: BufferEncoding) => {
        const bytes = calls.read(place, calls.open(place, 'r'));
        return encoding === undefined ? bytes : bytes.toString(encoding);
      }),
      ({ calls, place, inode }) => calls.read(place, inode),
    ),
    writeFileSync: onPath(
      actual.writeFileSync as Plain,
      (calls) => (place: string, content: string | Uint8Array, options?: { flush?: boolean }) => {
        const inode = calls.open(place, 'w');
        calls.write(place, inode, 0, Buffer.from(content as Uint8Array));
        if (options?.flush === true) calls.sync(place, inode);
      },
    ),
  };
  return { ...actual, ...simulated, default: { ...actual, ...simulated } };
}

/** `node:fs/promises` for `vi.mock`. */
export function simulatePromises(actual: typeof promises): object {
  const asynchronous = (real: Plain, choose: (calls: Calls, process: SimulatedProcess) => Plain): Plain =>
    ((place: string, ...rest: never[]) => {
      const process = processOf(place);
      if (process === undefined) return real(place as never, ...rest);
      return process.answer(() => choose(callsOf(process), process)(place as never, ...rest));
    }) as Plain;
  const byPath = Object.fromEntries(
    BY_PATH.map((name) => [name, asynchronous(actual[name] as Plain, (calls) => calls[name] as Plain)]),
  );
  const simulated = {
    ...byPath,
    lstat: asynchronous(actual.lstat as Plain, (calls) => calls.stat),
    rm: asynchronous(actual.rm as Plain, (calls) => (place: string) => {
      try {
        calls.unlink(place);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }),
    copyFile: asynchronous(actual.copyFile as Plain, (calls) => (from: string, to: string) => {
      const bytes = calls.read(from, calls.open(from, 'r'));
      calls.write(to, calls.open(to, 'wx'), 0, bytes);
    }),
    open: asynchronous(
      actual.open as Plain,
      (calls, process) => (place: string, flags: string | number) =>
        handleOf(process, calls, place, calls.open(place, flags)),
    ),
  };
  return { ...actual, ...simulated, default: { ...actual, ...simulated } };
}

/** The methods of a `FileHandle` that our code calls. */
function handleOf(process: SimulatedProcess, calls: Calls, place: string, inode: number) {
  let position = 0;
  return {
    stat: (options?: { bigint?: boolean }) =>
      process.answer(() => calls.fstat(place, inode, options?.bigint === true)),
    chmod: (mode: number) => process.answer(() => calls.chmod(place, inode, mode)),
    chown: (uid: number, gid: number) => process.answer(() => calls.chown(place, inode, uid, gid)),
    truncate: (size: number) => process.answer(() => calls.truncate(place, inode, size)),
    sync: () => process.answer(() => calls.sync(place, inode)),
    close: () => process.answer(() => calls.close(place)),
    readFile: () => process.answer(() => calls.read(place, inode)),
    writeFile: (bytes: Uint8Array) =>
      process.answer(() => {
        calls.write(place, inode, position, bytes);
        position += bytes.length;
      }),
    read: (into: Buffer, offset: number, length: number, at: number) =>
      process.answer(() => {
        const bytesRead = calls.read(place, inode).copy(into, offset, at, at + length);
        return { bytesRead, buffer: into };
      }),
  };
}

function onPath(real: Plain, choose: (calls: Calls) => Plain): Plain {
  return ((place: string, ...rest: never[]) => {
    const process = processOf(place);
    return process === undefined
      ? real(place as never, ...rest)
      : choose(callsOf(process))(place as never, ...rest);
  }) as Plain;
}

function onDescriptor(real: Plain, work: (opened: (typeof descriptors)[number]) => unknown): Plain {
  return ((descriptor: number, ...rest: never[]) => {
    const opened = typeof descriptor === 'number' ? descriptors[descriptor - FIRST_DESCRIPTOR] : undefined;
    return opened === undefined ? real(descriptor as never, ...rest) : work(opened);
  }) as Plain;
}

function orUndefined(stat: Calls['stat']): Plain {
  return ((place: string, options?: { bigint?: boolean; throwIfNoEntry?: boolean }) => {
    try {
      return stat(place, options);
    } catch (error) {
      if (options?.throwIfNoEntry === false && (error as NodeJS.ErrnoException).code === 'ENOENT')
        return undefined;
      throw error;
    }
  }) as Plain;
}
