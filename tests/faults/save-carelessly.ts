import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NEW } from './vault-save-texts.ts';

/** A way to save that loses text. */
export type Careless = 'in place' | 'file not synced' | 'folder not synced' | 'faults not heard';

/** Saves `note.md` in one of these ways, to show that the crash tests see it. */
export function saveCarelessly(vault: string, way: Careless, say: (line: string) => void): void {
  const note = join(vault, 'note.md');
  const temporary = join(vault, '.ramble-00000000.tmp');
  try {
    if (way === 'in place') writeFileSync(note, NEW, { flush: true });
    else {
      writeFileSync(temporary, NEW, { flush: way !== 'file not synced' });
      renameSync(temporary, note);
    }
  } catch (error) {
    if (way !== 'faults not heard') throw error;
  }
  say('ack 1');
}
