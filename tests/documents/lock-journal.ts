import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { driverAt } from '../support/modules.ts';
import { journalFolder } from './open-at.ts';

/** Another process takes the journal for itself; resolves when it has it. Gives when it lets go, and makes it let go before its time. */
export async function lockJournal(
  data: string,
  milliseconds: number,
  how = '',
): Promise<{ released: Promise<unknown>; release(): Promise<unknown> }> {
  const driver = fileURLToPath(driverAt('documents', 'journal-locker'));
  const file = join(journalFolder(data), 'journal.db');
  const child = spawn(process.execPath, [driver, file, String(milliseconds), how], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const released = once(child, 'exit');
  await once(child.stdout, 'data');
  return {
    released,
    release() {
      child.kill('SIGKILL');
      return released;
    },
  };
}
