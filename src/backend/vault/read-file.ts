import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { RambleError } from '../../contract/errors.ts';
import { MAX_NOTE_BYTES, tooLargeMessage } from './decode.ts';

/**
 * Reads the regular file at `place` (links already followed); `path` is how the user knows it. Throws `io` for what is no regular
 * file, `unsupported` above 50 MB, and the system's own errors.
 */
export async function readFileAt(place: string, path: string): Promise<Buffer> {
  const refused = () =>
    new RambleError('io', `“${path}” could not be read: it is not a regular file.`, { path });
  // Opening some devices has effects of its own, so look before; O_NONBLOCK is for a FIFO that comes in between.
  if (!(await lstat(place)).isFile()) throw refused();
  const handle = await open(place, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw refused();
    if (found.size > MAX_NOTE_BYTES)
      throw new RambleError('unsupported', `“${path}” is not opened. ${tooLargeMessage(found.size)}`, {
        path,
      });
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
