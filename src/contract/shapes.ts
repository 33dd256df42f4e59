import { z } from 'zod';
import { TAG_SIGN } from '../core/markdown/tag-name.ts';
import { type NotePath, parseNotePath, parseVaultPath, type VaultPath } from '../core/paths/note-path.ts';

/** A note's address. Containment is checked here, once, on parse. */
export const notePath = z
  .string()
  .max(4096)
  .transform((raw, context): NotePath => {
    const check = parseNotePath(raw);
    if (check.ok) return check.path;
    context.addIssue({ code: 'custom', message: `not a note’s path, because ${check.reason}` });
    return z.NEVER;
  });

/** The address of any file in the vault (an image, an attachment). */
export const vaultPath = z
  .string()
  .max(4096)
  .transform((raw, context): VaultPath => {
    const check = parseVaultPath(raw);
    if (check.ok) return check.path;
    context.addIssue({ code: 'custom', message: `not a path in the vault, because ${check.reason}` });
    return z.NEVER;
  });

/** A folder of the vault; `''` is its root. */
export const folderPath = z
  .string()
  .max(4096)
  .transform((raw, context): string => {
    const trimmed = raw.trim().replace(/^\/+|\/+$/g, '');
    if (trimmed === '') return '';
    const check = parseVaultPath(trimmed);
    if (check.ok) return check.path;
    context.addIssue({ code: 'custom', message: `not a folder in the vault, because ${check.reason}` });
    return z.NEVER;
  });

/** What a note's bytes were when they were read (a hash); two equal revisions are two equal files. */
export const revision = z.string().regex(/^[0-9a-f]{32}$/);
export type Revision = z.infer<typeof revision>;

/** A note's whole text, lines ended by LF. Offsets into it are UTF-16 code units. */
export const noteText = z.string().max(64 * 1024 * 1024);

/** What somebody typed to look for something. */
export const queryText = z.string().max(2000);

/** A local day, `YYYY-MM-DD`. */
export const localDay = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

export const tagName = z
  .string()
  .trim()
  .max(200)
  .transform((raw) => raw.replace(/^#/, ''))
  .pipe(
    z.string().regex(new RegExp(`^(?:${TAG_SIGN})+$`, 'u'), 'a tag has no spaces, and of signs only _ - /'),
  );

/** Waits until every file is written, and not only until all would survive a crash. */
export const awaitFiles = z.boolean().optional();

/** A stretch of a note's text: UTF-16 code units, `from` inclusive, `to` exclusive. */
export const textRange = z.strictObject({ from: z.int().min(0), to: z.int().min(0) });
export type TextRange = z.infer<typeof textRange>;

/** A line of a note shown in a list: its number (from 1), its text, and the marked stretches within that text. */
export const shownLine = z.strictObject({
  line: z.int().min(1),
  text: z.string(),
  marks: z.array(textRange),
});
export type ShownLine = z.infer<typeof shownLine>;
