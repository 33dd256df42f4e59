import { renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { NEW } from './vault-save-texts.ts';

/** Saves in one of the ways that lose text, to show that the crash tests see it. */
const [, , vault = '', , way] = process.argv;
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
writeSync(1, 'ack 1\n');
