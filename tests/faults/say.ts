import { writeSync } from 'node:fs';

/** What a stage says on both outputs when it has started, and when a driver has come to its end. */
export const END = '\u0004';

/** A line on standard output, or on `output`, which is out before this returns: the process may be killed right after. */
export function say(line: string, output = 1): void {
  const bytes = Buffer.from(`${line}\n`);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(output, bytes, at);
    } catch (error) {
      // The reader is behind, and Node’s pipes do not block.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
