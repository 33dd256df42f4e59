import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal } from '../../src/backend/documents/journal/open-journal.ts';
import { JournalStore } from '../../src/backend/documents/journal/store.ts';
import { replay } from '../../src/backend/documents/journal/thin-out.ts';
import { openVault } from '../../src/backend/vault/vault.ts';
import { driverAt } from '../support/modules.ts';
import { openAppOn } from './app-on.ts';
import { type Crash, record, replayCrashes } from './power-loss.ts';

const NOTES = ['a.md', 'b.md'];
const START = 'It begins.\n';
/** One in so many crashes is recovered by the whole app; of the others the journal and the files are read. */
const WHOLE_APP_EVERY = 25;

export interface PowerLossResult {
  crashes: number;
  operations: number;
}

/**
 * Types `marks` marks and saves them, and looks at `crashes` ways in which the power may have gone in between, unsynced writes dropped,
 * torn or reordered. Throws where something that was acknowledged is lost, or a file is neither old nor new.
 */
export async function losePower({
  seed,
  marks,
  crashes,
}: {
  seed: number;
  marks: number;
  crashes: number;
}): Promise<PowerLossResult> {
  const module = driverAt('faults', 'typing-to-the-end');
  const recording = await record({ module, args: [String(seed), String(marks)] }, ({ vault }) => {
    for (const name of NOTES) writeFileSync(join(vault, name), START);
  });
  let looked = 0;
  await replayCrashes(recording, { crashes, seed }, async (crash) => {
    looked += 1;
    for (const name of NOTES) expectWhole(readFileSync(join(crash.vault, name), 'utf8'), name);
    const found = looked % WHOLE_APP_EVERY === 0 ? await marksInApp(crash) : await marksKept(crash);
    for (const line of crash.said) {
      const acked = /^ack (\d+)$/.exec(line)?.[1];
      if (acked !== undefined && found.get(Number(acked)) !== 1)
        throw new Error(`mark ${acked} was acknowledged and is there ${found.get(Number(acked)) ?? 0} times`);
    }
  });
  return { crashes: looked, operations: recording.operations.length };
}

/** A file is what it was, with whole marks in it. */
function expectWhole(text: string, name: string): void {
  if (text.replace(/<\d+>\n?/g, '') !== START && text.replace(/<\d+>|\n/g, '') !== START.trim())
    throw new Error(`${name} is neither old nor new: ${JSON.stringify(text.slice(0, 80))}`);
}

async function marksInApp({ vault, data }: Crash): Promise<Map<number, number>> {
  // The vault is a copy of the one that was recorded: its data folder is made one that is known by the place only.
  const { id } = await openVault(vault);
  const [recorded] = existsSync(join(data, 'vaults')) ? readdirSync(join(data, 'vaults')) : [];
  if (recorded !== undefined) {
    renameSync(join(data, 'vaults', recorded), join(data, 'vaults', id));
    rmSync(join(data, 'vaults', id, 'vault.json'), { force: true });
  }
  const { client, app } = await openAppOn({ vault, data });
  const found = new Map<number, number>();
  for (const path of NOTES) count(found, (await client.call('notes.open', { path })).text);
  await app.close();
  return found;
}

/** The marks of every note as the journal has it, or as its file has it where the journal knows nothing of it. */
async function marksKept({ vault, data }: Crash): Promise<Map<number, number>> {
  const folder = join(data, 'vaults');
  const [id] = existsSync(folder) ? readdirSync(folder) : [];
  const found = new Map<number, number>();
  const journal = id === undefined ? null : join(folder, id, 'journal.db');
  const opened = journal !== null && existsSync(journal) ? await openJournal(journal) : null;
  if (opened !== null && opened.problem !== null) throw new Error(opened.problem);
  const store = opened === null ? null : new JournalStore(opened.db);
  for (const name of NOTES) {
    const kept = store?.load(name) ?? null;
    // Where the journal is slow, the file can be ahead of it.
    const texts = [readFileSync(join(vault, name), 'utf8'), kept === null ? '' : replay(kept).toString()];
    for (const mark of new Set(texts.flatMap(marksIn))) found.set(mark, (found.get(mark) ?? 0) + 1);
  }
  opened?.db.close();
  return found;
}

const marksIn = (text: string) => [...text.matchAll(/<(\d+)>/g)].map(([, mark]) => Number(mark));

function count(found: Map<number, number>, text: string): void {
  for (const mark of marksIn(text)) found.set(mark, (found.get(mark) ?? 0) + 1);
}
