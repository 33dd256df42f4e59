import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openForWriting } from '../../src/backend/index/open-database.ts';
import { inspectionOfIndex } from '../support/inspection.ts';
import { openOver } from './index-fixtures.ts';
import { dump, fillMany, growAndRebuild, openHere, operate, randomOf } from './index-sequences.ts';
import { temporaryFolder } from './vault-fixtures.ts';

const SEQUENCES = 200;
const OPERATIONS = 50;
/** Another one for other runs: a soak counts it up. */
const SEED = Number(process.env.RAMBLE_SEED ?? 0);

test(`C55: after ${SEQUENCES} random sequences of operations the index is the one built from scratch, row for row`, async () => {
  let rows = 0;
  for (let run = 0; run < SEQUENCES; run += 1) {
    const folder = temporaryFolder();
    const { grown, built } = await growAndRebuild(folder, SEED + run, OPERATIONS);
    expect(grown, `seed ${SEED + run}`).toEqual(built);
    rows += built.notes.length + built.links.length + built.highlights.length;
    rmSync(folder, { recursive: true });
  }
  expect(rows).toBeGreaterThan(SEQUENCES * 10);
});

test('C55: on its own threads, too, with hints while it works', async () => {
  const root = temporaryFolder();
  const random = randomOf(SEED + 7);
  fillMany(root, random, 150);
  for (let count = 0; count < 12; count += 1) operate(root, random);
  const grown = openOver(root, join(temporaryFolder(), 'data'));
  await grown.index.settled();
  for (let count = 1; count <= OPERATIONS; count += 1) {
    grown.index.hint(operate(root, random));
    if (random.next(3) === 0) await grown.index.settled();
    if (count % 25 > 0) continue;
    await grown.index.settled();
    const built = openOver(root, join(temporaryFolder(), 'data'));
    await built.index.settled();
    expect(await inspectionOfIndex(grown.index)).toEqual(await inspectionOfIndex(built.index));
    const [left, right] = await Promise.all([grown, built].map(({ file }) => openForWriting(file)));
    const dumped = left === undefined ? null : dump(left.db);
    expect(dumped).toEqual(right === undefined ? null : dump(right.db));
    const alone = await openHere(root, join(temporaryFolder(), 'alone.db'));
    alone.scan();
    expect(dumped).toEqual(dump(alone.db));
    alone.db.close();
    left?.db.close();
    right?.db.close();
    await built.index.close();
  }
});
