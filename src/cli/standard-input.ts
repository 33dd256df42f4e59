import { buffer } from 'node:stream/consumers';
import { RambleError } from '../contract/errors.ts';

/** All of standard input as text. Throws `invalid-params` where it is not UTF-8: half-read words must not get into a note. */
export async function readStandardInput(): Promise<string> {
  const bytes = await buffer(process.stdin);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RambleError(
      'invalid-params',
      'What came from standard input is not UTF-8 text. Nothing was appended.',
    );
  }
}
