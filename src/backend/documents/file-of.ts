import { RambleError } from '../../contract/errors.ts';
import { folderOf, joinPath, type NotePath, type VaultPath } from '../../core/paths/note-path.ts';
import { decodeNote } from '../vault/decode.ts';
import type { Vault } from '../vault/vault.ts';
import type { NoteDocument } from './document.ts';

export type FoundFile =
  | { kind: 'text'; bytes: Buffer; revision: string }
  | { kind: 'unreadable'; message: string; best: string; revision: string }
  | { kind: 'missing' };

/** What lies at a note's path. Throws what `vault.read` throws, but for `not-found`; `io` where the note is in the cloud only. */
export async function readFile(vault: Vault, path: NotePath): Promise<FoundFile> {
  try {
    const { bytes, revision } = await vault.read(path);
    const decoded = decodeNote(bytes);
    if (decoded.kind === 'text') return { kind: 'text', bytes, revision };
    return { kind: 'unreadable', message: decoded.message, best: decoded.best, revision };
  } catch (error) {
    if (!(error instanceof RambleError) || error.code !== 'not-found') throw error;
    if (!(await vault.exists(cloudStubOf(path)))) return { kind: 'missing' };
    const message = `“${path}” is in iCloud and not downloaded to this computer. Download it in the Finder.`;
    throw new RambleError('io', message, { path });
  }
}

/** What stands in a note's place while iCloud has taken it off this computer: no note, and not nothing either. */
function cloudStubOf(path: NotePath): VaultPath {
  return joinPath(folderOf(path), `.${path.slice(path.lastIndexOf('/') + 1)}.icloud`) as VaultPath;
}

/** How long a file has to stay as it is before it is believed, milliseconds. */
const PATIENCE = { usual: 60, missing: 200, cut: 1000, empty: 3000 };
const LONGEST_MS = 10_000;

/** What is known of a file before it is looked at. */
export interface Expected {
  /** Whether this is what is there as far as is known, so that there is nothing to wait for. */
  isKnown(found: FoundFile): boolean;
  /** The text that was in it last; `null` where the file was never seen. */
  text: string | null;
  /** Nobody has been watching the file: when it changed last, as it says itself, tells whether it has come to rest. */
  isFirstLook: boolean;
}

/**
 * What lies at a note's path once no other program is in the middle of writing it: some cut the file to nothing first, some write
 * it piece by piece, some remove it and make it anew. Throws what {@link readFile} throws.
 */
export async function readSettled(vault: Vault, path: NotePath, expected: Expected): Promise<FoundFile> {
  const begun = performance.now();
  let found = await readFile(vault, path);
  if (expected.isKnown(found)) return found;
  const age = expected.isFirstLook ? await ageOf(vault, path) : 0;
  let since = performance.now() - age;
  for (;;) {
    const patience = patienceFor(expected.text, found);
    const now = performance.now();
    // The clock of a disk elsewhere may be wrong; that must not make a note empty.
    const rest = patience === PATIENCE.empty ? now - Math.max(since, begun) : now - since;
    if (rest >= patience) return found;
    // A file that never comes to rest is read as it is, but never as empty.
    if (now - begun > LONGEST_MS && patience !== PATIENCE.empty) return found;
    await new Promise((done) => setTimeout(done, Math.min(50, patience)));
    const again = await readFile(vault, path);
    if (sameFind(found, again)) continue;
    if (expected.isKnown(again)) return again;
    found = again;
    since = performance.now();
  }
}

/** For how long a file has been as it is, milliseconds; 0 where that cannot be told. */
async function ageOf(vault: Vault, path: NotePath): Promise<number> {
  const file = await vault.identify(path).catch(() => null);
  return file === null ? 0 : Math.max(0, Date.now() - file.mtimeMs);
}

/** What a document knows of its file. */
export function expectedBy(document: NoteDocument): Expected {
  const isKnownToIt = (found: FoundFile) => isKnown(document, found);
  return { isKnown: isKnownToIt, text: document.disk.text, isFirstLook: false };
}

/** Whether this is what the document knows to be on disk, or is writing there itself. */
export function isKnown(document: NoteDocument, found: FoundFile): boolean {
  if (found.kind === 'missing') return document.disk.revision === null && document.saving === null;
  if (document.unreadable !== null) return found.revision === document.unreadable.revision;
  return found.revision === document.disk.revision || found.revision === document.saving?.revision;
}

function patienceFor(known: string | null, found: FoundFile): number {
  if (found.kind === 'missing') return known === null ? 0 : PATIENCE.missing;
  if (found.kind === 'unreadable') return PATIENCE.cut;
  // Of a file that was never seen nobody knows whether it was always empty.
  if (found.bytes.length === 0 && known !== '') return known === null ? PATIENCE.cut : PATIENCE.empty;
  if (known === null) return 0;
  const start = found.bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n');
  return start.length < known.length && known.startsWith(start) ? PATIENCE.cut : PATIENCE.usual;
}

function sameFind(one: FoundFile, other: FoundFile): boolean {
  if (one.kind === 'missing' || other.kind === 'missing') return one.kind === other.kind;
  return one.revision === other.revision;
}
