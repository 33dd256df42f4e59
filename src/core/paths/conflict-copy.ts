import { folderOf, joinPath, type NotePath, noteName, parseNotePath } from './note-path.ts';

/**
 * How programs that synchronise folders name the version that lost: Dropbox and Nextcloud “x (Ann's conflicted copy 2021-02-09)”,
 * Syncthing “x.sync-conflict-20210209-211500-ABCDEFG”, Resilio “x.Conflict”, Seafile “x (SFConflict ann 2021-02-09)”, pCloud and
 * others “x [conflicted]”. Copies named “x 2” or “x-PC” are left out: people name notes so themselves.
 */
const COPIES = [
  /^(.+?) \([^()]*\b(?:conflict(?:ed|ing)? copy|conflicted)\b[^()]*\)$/i,
  /^(.+?)\.sync-conflict-\d{8}-\d{6}(?:-[0-9A-Z]{7})?$/,
  /^(.+?)\.conflict(?:ed)?(?:[-.]?\d+)?$/i,
  /^(.+?) \(SFConflict [^()]*\)$/,
  /^(.+?) \[conflicted?(?: copy)?\]$/i,
];

/** The note that `path` is a conflict copy of, by its name; `null` where it is none. */
export function conflictCopyOf(path: NotePath): NotePath | null {
  const name = noteName(path);
  for (const pattern of COPIES) {
    const original = pattern.exec(name)?.[1];
    if (original === undefined) continue;
    const check = parseNotePath(joinPath(folderOf(path), `${original}.md`));
    if (check.ok) return check.path;
  }
  return null;
}
