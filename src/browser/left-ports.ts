import { join } from 'node:path';
import { z } from 'zod';
import { readState, writeState } from '../backend/state-file.ts';

const MOST = 4;

const portsFile = z.array(z.int().min(1).max(65_535)).max(MOST);

/** The ports on which windows of a folder may have been left by doors that were killed. */
export interface LeftPorts {
  list(): Promise<number[]>;
  /** A door has this port from now on: the newest comes first. */
  add(port: number): Promise<void>;
  /** No window is left on these. */
  remove(ports: readonly number[]): Promise<void>;
}

/** `folder` is the vault's data folder. What cannot be read or written is none: then windows do not find back, and keep their text. */
export function leftPorts(folder: string): LeftPorts {
  const file = join(folder, 'door-ports.json');
  let turn: Promise<void> = Promise.resolve();
  const list = async () => (await readState(file, portsFile)) ?? [];

  function change(next: (ports: number[]) => number[]): Promise<void> {
    turn = turn.then(async () => writeState(file, next(await list()).slice(0, MOST))).catch(() => undefined);
    return turn;
  }

  return {
    list,
    add: (port) => change((ports) => [port, ...ports.filter((other) => other !== port)]),
    remove: (gone) => change((ports) => ports.filter((port) => !gone.includes(port))),
  };
}
