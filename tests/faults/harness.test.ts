import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { driverAt } from '../support/modules.ts';
import type { Folders } from './folders.ts';
import { record, replayCrashes } from './power-loss.ts';
import { hasStrace, sweep } from './sweep.ts';
import { NEW, OLD } from './vault-save-texts.ts';

const saving = (way: string) => ({
  module: driverAt('faults', 'careless-save'),
  args: [way],
});
const prepare = ({ vault }: Folders) => writeFileSync(join(vault, 'note.md'), OLD);

function verify(vault: string, said: string): void {
  const note = readFileSync(join(vault, 'note.md'));
  if (!note.equals(NEW) && !note.equals(OLD)) throw new Error('neither old nor new');
  if (said.includes('ack 1') && !note.equals(NEW)) throw new Error('said and not kept');
}

describe.runIf(hasStrace())('the crash tests see a careless save', () => {
  test.each([
    ['in place', 'SIGKILL', 'neither old nor new'],
    ['faults not heard', 'EIO', 'said and not kept'],
  ] as const)('%s, by a sweep of %s', async (way, fault, failure) => {
    const swept = sweep({
      driver: saving(way),
      prepare,
      faults: [fault],
      verify: ({ vault, stdout }) => verify(vault, stdout),
    });
    await expect(swept).rejects.toThrow(failure);
  });

  test.each([
    ['in place', 'neither old nor new'],
    ['file not synced', 'neither old nor new'],
    ['folder not synced', 'said and not kept'],
  ])('%s, by losses of power', async (way, failure) => {
    const recording = await record(saving(way), prepare);
    const replayed = replayCrashes(recording, { crashes: 200 }, ({ vault, said }) =>
      verify(vault, said.join('\n')),
    );
    await expect(replayed).rejects.toThrow(failure);
  });
});
