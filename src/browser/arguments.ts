import { parseArgs } from 'node:util';
import { clockAt } from '../backend/clock.ts';

export const HELP = `Evening Ramble in a browser window.

  browser [FOLDER] [--no-open] [--port N] [--now LOCAL-TIME]

  FOLDER      the notes; without it the last folder
  --no-open   print the one-use address instead of opening a window
  --port N    the port on 127.0.0.1; a free one by default
  --now TIME  stand the clock at a local time, as 2021-02-09T21:15
`;

export interface DoorArguments {
  help: boolean;
  folder: string | undefined;
  noOpen: boolean;
  port: number;
  clock: (() => Date) | undefined;
}

/** Reads the door's arguments. Throws an error with a message for the user where one makes no sense. */
export function readArguments(args: string[], environment: NodeJS.ProcessEnv): DoorArguments {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      'no-open': { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      now: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (positionals.length > 1) throw new Error('Name one folder. A name with spaces needs quotes around it.');
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN;
  if (!(port <= 65_535))
    throw new Error(`“${values.port.slice(0, 40)}” is no port; write a number up to 65535.`);
  const now = values.now ?? environment.RAMBLE_NOW;
  return {
    help: values.help,
    folder: positionals[0],
    noOpen: values['no-open'],
    port,
    clock: now === undefined ? undefined : clockAt(now),
  };
}
