import { sqliteCode } from '../sqlite.ts';
import { faultCode, faultReason } from '../vault/file-fault.ts';

/**
 * What a failure of the index's database means: `damage` is in the file, and only building it anew helps; `full` and `away` are around it
 * (no room, no permission, too many open files) and may pass; `busy` passes at once; `null` is none of these.
 */
export type IndexTrouble = 'damage' | 'full' | 'away' | 'busy' | null;

/** Sorts a failure. */
export function indexTrouble(error: unknown): IndexTrouble {
  const code = sqliteCode(error);
  if (code === 'SQLITE_FULL' || ['ENOSPC', 'EDQUOT'].includes(faultCode(error))) return 'full';
  if (code.startsWith('SQLITE_BUSY')) return 'busy';
  // The file in shared memory that cannot grow.
  if (code.startsWith('SQLITE_IOERR_SHM')) return 'full';
  if (/^SQLITE_(CORRUPT|NOTADB|IOERR_(READ|SHORT_READ|DATA|CORRUPTFS)$|READONLY_DBMOVED)/.test(code))
    return 'damage';
  if (/^SQLITE_(CANTOPEN|READONLY|PERM|IOERR)/.test(code)) return 'away';
  return ['EMFILE', 'ENFILE', 'EACCES', 'EPERM', 'EROFS'].includes(faultCode(error)) ? 'away' : null;
}

/** Why the index cannot be written for now, in words. */
export function indexTroubleWords(error: unknown): string {
  const reason = sqliteCode(error) === '' ? faultReason(error) : 'its file cannot be written';
  return `Search and links are not up to date (${reason}). They will be once Evening Ramble’s own folder can be written again.`;
}
