import { readFile } from 'node:fs/promises';

const LARGEST = 1024 * 1024;

export type FileRead =
  | { kind: 'missing' }
  | { kind: 'read'; value: unknown }
  | { kind: 'damaged'; message: string };

/** What a JSON file of the vault holds, by its path in the vault; `null` where there is none, or none that can be read. Never rejects. */
export type ReadSettings = (path: string) => Promise<unknown>;

/** Reads a JSON file of the vault, which anybody may have written: at most 1 MB, with or without a byte order mark. Never throws. */
export async function readJson(file: string): Promise<FileRead> {
  try {
    const raw = await readFile(file, 'utf8');
    if (raw.length > LARGEST) return { kind: 'damaged', message: 'it is larger than 1 MB' };
    return { kind: 'read', value: JSON.parse(raw.replace(/^\ufeff/, '')) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
    return { kind: 'damaged', message: code ?? 'it is not JSON' };
  }
}
