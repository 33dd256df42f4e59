import { randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Inspected } from '../../contract/inspect.ts';
import type { Index } from '../index/index-service.ts';

/** Who asked takes the file away; one that has lain there for so long was left behind. */
const LEFT_BEHIND_MS = 60 * 60 * 1000;
const NAME = /^inspection-[0-9a-f]{16}\.json$/;

export interface InspectService {
  /** Looks at the whole vault; writes `whole` of what is understood of it into a new file. Throws `io`. */
  vault(whole: boolean): Promise<Inspected>;
}

/** Inspects a vault, into files of its data folder. */
export function createInspect(index: Index, dataFolder: string): InspectService {
  async function sweep(): Promise<void> {
    for (const name of await readdir(dataFolder)) {
      if (!NAME.test(name)) continue;
      const place = join(dataFolder, name);
      const age = Date.now() - (await stat(place).then(({ mtimeMs }) => mtimeMs, Date.now));
      if (age > LEFT_BEHIND_MS) await rm(place, { force: true });
    }
  }
  // What cannot be swept is in nobody's way.
  const swept = () => sweep().catch(() => undefined);
  void swept();
  return {
    async vault(whole) {
      if (!whole) return { file: null, ...(await index.inspect(null)) };
      await swept();
      const file = join(dataFolder, `inspection-${randomBytes(8).toString('hex')}.json`);
      try {
        return { file, ...(await index.inspect(file)) };
      } catch (error) {
        // A reader that was cut off took nothing away.
        await rm(file, { force: true }).catch(() => undefined);
        throw error;
      }
    },
  };
}
