import { join } from 'node:path';
import type { AppEvent } from '../../../src/contract/events.ts';
import { type Authority, wireAuthority } from '../authority.ts';
import { crashDisk, type Order } from '../crash-disk.ts';
import { throwFailures } from '../failures.ts';
import { createRandom } from '../random.ts';
import { DiskInMemory } from './disk-in-memory.ts';
import { KeptJournal } from './simulated-journal.ts';
import { type CallMade, type PlannedFault, SimulatedProcess } from './simulated-process.ts';

/** A disk and a journal that processes come and go on. */
export class SimulatedMachine {
  readonly disk: DiskInMemory;
  readonly journal: KeptJournal;

  private constructor(disk: DiskInMemory, journal: KeptJournal) {
    this.disk = disk;
    this.journal = journal;
  }

  static async with(disk: DiskInMemory, journal?: Buffer, remembers = false): Promise<SimulatedMachine> {
    return new SimulatedMachine(disk, await KeptJournal.on(disk, journal, remembers));
  }

  /** The power of a copy that `remembers` may fail at any point. */
  copy(remembers = false): Promise<SimulatedMachine> {
    const disk = new DiskInMemory(this.disk.live, this.disk.folds);
    return SimulatedMachine.with(disk, this.journal.bytes(), remembers);
  }

  start(planned?: PlannedFault): SimulatedProcess {
    return new SimulatedProcess(this.disk, planned);
  }

  /** The authority of a process over the folder `vault`; `emit` hears what windows hear. */
  openAuthority(process: SimulatedProcess, emit?: (event: AppEvent) => void): Promise<Authority> {
    return wireAuthority(vaultOf(process), [], async () => this.journal.openFor(process), emit);
  }

  /** What is left when the power fails after so many operations. */
  async afterPowerLoss(point: number, order: Order, random: () => number): Promise<SimulatedMachine> {
    const operations = this.disk.operations.slice(0, point);
    const { disk } = crashDisk(this.disk.initial, operations, order, random);
    return SimulatedMachine.with(new DiskInMemory(disk, this.disk.folds), this.journal.bytesAfter(point));
  }
}

/** Where a process finds the vault. */
export const vaultOf = (process: SimulatedProcess) => join(process.folder, 'vault');

export interface Outcome {
  machine: SimulatedMachine;
  said: string[];
  /** The calls that the process made. */
  calls: readonly CallMade[];
  /** Which of them was hit, counted from 1. */
  at: number;
  /** `null` where nothing was put in, or the process came to its end all the same. */
  met: CallMade | null;
  died: boolean;
}

/** Says a line; it is remembered with what had been done to the disk by then. */
export type Work = (
  process: SimulatedProcess,
  say: (line: string) => void,
  machine: SimulatedMachine,
) => Promise<void>;

/** Runs `work` as a process of a copy of `from`, with that fault in it. Throws what `work` throws. */
export async function runWith(
  from: SimulatedMachine,
  work: Work,
  planned?: PlannedFault,
  remembers = false,
): Promise<Outcome> {
  const machine = await from.copy(remembers);
  const process = machine.start(planned);
  const said: string[] = [];
  const say = (line: string) => {
    if (process.isDead) return;
    said.push(line);
    machine.disk.operations.push({ type: 'said', text: `${line}\n` });
  };
  const ended = await Promise.race([work(process, say, machine).then(() => 'ended'), process.died]);
  const met = process.isHit ? (process.calls[(planned?.call ?? 0) - 1] ?? null) : null;
  return { machine, said, calls: process.calls, at: planned?.call ?? 0, met, died: ended === 'died' };
}

/** A fault, and the names of the calls that it may hit. */
export type FaultAt = readonly [fault: PlannedFault['fault'], calls: RegExp];

const AT_ONCE = 24;

/**
 * Runs `work` once undisturbed, then once for each fault at each of its calls, or at each `every`th of them. Gives how many faults were put in. Throws where `work` or
 * `verify` does, with the fault that led to it.
 */
export async function sweepSimulated({
  from,
  work,
  faults,
  every = 1,
  verify,
}: {
  from: SimulatedMachine;
  work: Work;
  faults: readonly FaultAt[];
  every?: number;
  verify(outcome: Outcome): void | Promise<void>;
}): Promise<{ met: number; missed: number }> {
  const count = await callsOf(from, work);
  const planned = faults
    .flatMap(([fault, calls]) =>
      count.flatMap(({ name }, index) => (calls.test(name) ? [{ fault, call: index + 1 }] : [])),
    )
    .filter((_, index) => index % every === every - 1);
  const failures: { after: string; error: unknown }[] = [];
  let met = 0;
  const waiting = planned.values();
  const lane = async () => {
    for (const plan of waiting) {
      let after = `${typeof plan.fault === 'string' ? plan.fault : plan.fault.name} at call ${plan.call}`;
      try {
        const outcome = await runWith(from, work, plan);
        if (outcome.met === null) continue;
        met += 1;
        after += `, ${outcome.met.name} ${outcome.met.path}`;
        await verify(outcome);
      } catch (error) {
        failures.push({ after, error });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  throwFailures(planned.length, failures);
  return { met, missed: planned.length - met };
}

async function callsOf(from: SimulatedMachine, work: Work): Promise<CallMade[]> {
  const machine = await from.copy();
  const process = machine.start();
  await work(process, () => undefined, machine);
  return process.calls;
}

/** Replays losses of power of one undisturbed run, at any point of it. Throws where `verify` does, with the seed that led to it. */
export async function losePowerSimulated({
  from,
  work,
  crashes,
  verify,
}: {
  from: SimulatedMachine;
  work: Work;
  crashes: number;
  verify(left: { machine: SimulatedMachine; said: string[] }): void | Promise<void>;
}): Promise<void> {
  const { machine } = await runWith(from, work, undefined, true);
  const failures: { after: string; error: unknown }[] = [];
  for (let seed = 1; seed <= crashes; seed += 1) {
    const random = createRandom(seed);
    const point = Math.floor(random() * (machine.disk.operations.length + 1));
    const order: Order = seed % 2 === 0 ? 'in-order' : 'reordered';
    const left = await machine.afterPowerLoss(point, order, random);
    const said = machine.disk.operations
      .slice(0, point)
      .flatMap((operation) => (operation.type === 'said' ? [operation.text.trimEnd()] : []));
    try {
      await verify({ machine: left, said });
    } catch (error) {
      failures.push({ after: `operation ${point}, ${order}, seed ${seed}`, error });
    }
  }
  throwFailures(crashes, failures);
}
