import { RambleError } from '../../contract/errors.ts';
import { parseVaultPath } from '../../core/paths/note-path.ts';
import { revisionOf } from '../vault/revision.ts';
import type { Vault } from '../vault/vault.ts';
import type { Journal } from './journal/journal.ts';
import type { Entry } from './journal/protocol.ts';
import { replay } from './journal/thin-out.ts';

/** How long notes wait for a journal that cannot be used. */
const TROUBLED_MS = 1000;

/**
 * Brings to its end what was on its way to another path when the app ended: the journal has it there already, with every link that
 * follows. Gives the paths at which files may be others now; `null` where the journal cannot be used for now. Where the new path was taken
 * meanwhile, the note stays where it is. Throws `io` where the journal does not answer; what is left is tried at the next start.
 */
export async function finishChanges(vault: Vault, journal: Journal): Promise<string[] | null> {
  const givenUp = journal
    .troubled()
    .then(() => new Promise<null>((done) => setTimeout(done, TROUBLED_MS, null).unref()));
  const moving = await Promise.race([journal.ask('moving'), givenUp]);
  if (moving === null) return null;
  const paths: string[] = [];
  for (const { from, to } of moving) {
    const [source, target] = [parseVaultPath(from), parseVaultPath(to)];
    const entries: Entry[] = [{ type: 'move-ended', from, to }];
    if (source.ok && target.ok && (await vault.exists(source.path))) {
      try {
        await vault.rename(source.path, target.path).catch((error: unknown) => {
          // What is no file may be a folder.
          if (error instanceof RambleError && error.code === 'io')
            return vault.renameFolder(source.path, target.path);
          throw error;
        });
        paths.push(from, to);
      } catch (error) {
        if (!(error instanceof RambleError && error.code === 'exists')) continue;
        const kept = await journal.ask('load', to);
        if (kept !== null) entries.push({ type: 'moved', document: kept.id, path: from });
        else entries.push({ type: 'path-moved', from: to, to: from });
      }
    }
    await journal.commitNow(entries);
  }
  return [...paths, ...(await finishTrash(vault, journal))];
}

/** Puts what was about to go with a change into the trash, unless somebody went on with it. */
async function finishTrash(vault: Vault, journal: Journal): Promise<string[]> {
  const paths: string[] = [];
  for (const { document } of await journal.ask('trashing')) {
    const entries: Entry[] = [{ type: 'trash-ended', document }];
    const kept = await journal.ask('loadById', document);
    const path = parseVaultPath(kept?.path ?? '');
    if (kept !== null && kept.goneAt === null && path.ok && (await vault.exists(path.path))) {
      const { revision } = await vault.read(path.path);
      const isAsMade = revisionOf(replay(kept).bytes()) === revision;
      if (isAsMade) {
        await vault.trash(path.path);
        entries.push({ type: 'gone', document, at: Date.now() });
        paths.push(path.path);
      }
    }
    await journal.commitNow(entries);
  }
  return paths;
}
