import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Index } from '../../src/backend/index/index-service.ts';
import type { Client } from '../../src/contract/client.ts';
import type { Inspection } from '../../src/contract/inspect.ts';

/** The whole understanding of the vault that is open. */
export async function inspectionOf(client: Client): Promise<Inspection> {
  const { file } = await client.call('inspect.vault', { whole: true });
  if (file === null) throw new Error('Nothing was written.');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Inspection;
  } finally {
    rmSync(file);
  }
}

/** The same of an index by itself. */
export async function inspectionOfIndex(index: Pick<Index, 'inspect'>): Promise<Inspection> {
  const folder = mkdtempSync(join(tmpdir(), 'ramble-inspection-'));
  try {
    const file = join(folder, 'inspection.json');
    await index.inspect(file);
    return JSON.parse(readFileSync(file, 'utf8')) as Inspection;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
