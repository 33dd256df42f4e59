import { RambleError } from '../../contract/errors.ts';

const REASONS: Record<string, string> = {
  EACCES: 'you have no permission',
  EPERM: 'the system does not allow it',
  ENOENT: 'it is not there',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder',
  ELOOP: 'it is a link that leads round in a circle',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is full',
  EFBIG: 'it would be too large for this disk',
  EROFS: 'the disk can only be read',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'the disk reports a fault',
  ENXIO: 'it is not a regular file',
  EXDEV: 'its new place is on another disk',
};

/** The system's code of a failure (`ENOENT`), or `''`. */
export function faultCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** The reason of a file system failure, in words that follow a colon. */
export function faultReason(error: unknown): string {
  const code = faultCode(error);
  return REASONS[code] ?? (code === '' ? String(error) : `the system says ${code}`);
}

/** A file system failure as the app's own error: `not-found` or `io`, with what was tried and why it failed. */
export function fileFault(
  error: unknown,
  path: string,
  tried: 'read' | 'saved' | 'made' | 'removed' | 'renamed' | 'put into the trash',
): RambleError {
  if (error instanceof RambleError) return error;
  const code = faultCode(error);
  if (tried === 'read' && code === 'ENOENT')
    return new RambleError('not-found', `There is no file “${path}” in the vault.`, { path });
  return new RambleError('io', `“${path}” could not be ${tried}: ${faultReason(error)}.`, {
    path,
    fault: code,
  });
}

/** The refusal to take anything for missing, or to make anything, while the vault's own folder is not there. */
export function folderIsAway(): RambleError {
  const message =
    'The folder of your notes is not there any more. Your text is kept, and written when the folder is back.';
  return new RambleError('io', message);
}
