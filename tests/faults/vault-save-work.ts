import { revisionOf } from '../../src/backend/vault/revision.ts';
import { openVault } from '../../src/backend/vault/vault.ts';
import { RambleError } from '../../src/contract/errors.ts';
import { parseVaultPath } from '../../src/core/paths/note-path.ts';
import { CREATED, NEW, OLD } from './vault-save-texts.ts';

/** Saves one note of a vault, then makes another in a new folder. Says `ack <n>`, or `failed <n> <code>`. */
export async function saveAndMake(
  folder: string,
  say: (line: string) => void,
  made: Buffer = CREATED,
): Promise<void> {
  async function tell(number: number, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      say(`ack ${number}`);
    } catch (error) {
      if (!(error instanceof RambleError)) throw error;
      say(`failed ${number} ${error.code}`);
    }
  }
  await tell(0, async () => {
    const vault = await openVault(folder);
    await tell(1, () => vault.writeAtomic(at('note.md'), NEW, { expect: revisionOf(OLD) }));
    await tell(2, () => vault.writeAtomic(at('sub/created.md'), made, { expect: null }));
  });
}

function at(path: string) {
  const checked = parseVaultPath(path);
  if (!checked.ok) throw new Error(checked.reason);
  return checked.path;
}
