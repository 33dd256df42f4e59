import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const LARGEST = 512 * 1024;

/**
 * Notes a failure of our own in the app's log: when, in which call, of what kind and where in the code. Never a message: it could
 * hold what is in a note.
 */
export async function logFailure(file: string, call: string, error: unknown): Promise<void> {
  const name = error instanceof Error ? error.name : typeof error;
  const code = (error as { code?: unknown } | null)?.code;
  const frames =
    error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  const entry = [
    new Date().toISOString(),
    call,
    name,
    typeof code === 'string' ? code : '',
    ...frames.slice(0, 6),
  ]
    .map((part) => part.trim())
    .join(' | ');
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    );
    if (size > LARGEST) await rename(file, `${file}.old`);
    await appendFile(file, `${entry}\n`, { mode: 0o600 });
  } catch {
    // A log that cannot be written must not become the next failure.
  }
}
