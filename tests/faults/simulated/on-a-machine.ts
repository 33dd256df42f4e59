import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LEFTOVER } from '../../../src/backend/vault/scan.ts';
import { type Work as Doing, workThrough } from '../authority-work.ts';
import { expectKept, startAgain, writeBeginning } from '../note-left.ts';
import { DiskInMemory } from './disk-in-memory.ts';
import { type FaultAt, SimulatedMachine, vaultOf, type Work } from './simulated-machine.ts';

/** The calls that fail in this way on a real disk. */
export const FAILING: FaultAt[] = [
  ['EIO', /./],
  ['ENOSPC', /^(open|write|fsync|rename|link|mkdir|commit)/],
  ['EXDEV', /^(rename|link)/],
  // A note that may not be written opens for reading: that is another row.
  ['EACCES', /^(open|rename|link|unlink|mkdir)/],
  ['EMFILE', /^open/],
];
/** Death at any call. */
export const KILLED: FaultAt[] = [['SIGKILL', /./]];

/** A machine whose vault holds these files; `folds` as of `DiskInMemory`. */
export async function machineWith(
  files: Record<string, string | Buffer>,
  folds = false,
): Promise<SimulatedMachine> {
  const machine = await SimulatedMachine.with(new DiskInMemory(undefined, folds));
  const vault = vaultOf(machine.start());
  mkdirSync(vault);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(vault, name), content);
  // What was there before the work counts as lasting.
  return machine.copy();
}

/** The authority’s work, see `authority-work.ts`. */
export const through =
  (doing: Doing): Work =>
  (process, say, machine) =>
    workThrough(doing, {
      open: () =>
        machine.openAuthority(process, ({ name, payload }) => {
          if (name === 'note.state' && payload.state.kind === 'failed') say(`failed ${payload.state.reason}`);
        }),
      say,
      die: () => process.kill(),
    });

/** Starts the app on what is left; gives how many edits were in no file. */
const startOn = (machine: SimulatedMachine) => (): Promise<number> =>
  startAgain({ vault: '', data: '' }, () => machine.openAuthority(machine.start()));

/** A machine whose journal knows the note of `note-left.ts`. */
export async function machineKnown(): Promise<SimulatedMachine> {
  const machine = await machineWith({});
  writeBeginning({ vault: vaultOf(machine.start()), data: '' });
  await startOn(machine)();
  return machine.copy();
}

/** See `expectKept`. */
export const expectKeptOn = ({ machine, said }: { machine: SimulatedMachine; said: string[] }) =>
  expectKept({ vault: vaultOf(machine.start()), data: '' }, said, startOn(machine));

/** Every file of the vault, by its path. */
export function filesOf(machine: SimulatedMachine): Map<string, string> {
  const vault = vaultOf(machine.start());
  const files = new Map<string, string>();
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(vault, folder), { withFileTypes: true }))
      if (entry.isDirectory()) walk(`${folder}${entry.name}/`);
      else if (!LEFTOVER.test(entry.name))
        files.set(`${folder}${entry.name}`, readFileSync(join(vault, folder, entry.name), 'utf8'));
  };
  walk('');
  return files;
}
