import type { ResolvedTarget } from '../../../contract/links.ts';
import { parseLinkTarget } from '../../../core/links/link-target.ts';
import { resolveLink } from '../../../core/links/resolve.ts';
import { findHeading, type HeadingPlace } from '../../../core/links/resolve-fragment.ts';
import type { VaultPath } from '../../../core/paths/note-path.ts';
import type { Database } from '../../sqlite.ts';
import { candidatesIn, type QueryContext } from './context.ts';

/** Where link targets lead from the note `from`, in order, with the line of the heading or block that they name. */
export function resolveTargets(
  { db }: QueryContext,
  from: string,
  targets: readonly string[],
): ResolvedTarget[] {
  const candidates = candidatesIn(db);
  return targets.map((raw) => {
    const { target, heading, block } = parseLinkTarget(raw);
    const path = resolveLink(target, from, candidates) as VaultPath | null;
    if (path === null) return { path, line: null };
    if (block !== null) return { path, line: lineOfBlock(db, path, block) };
    return { path, line: heading === null ? null : lineOfHeading(db, path, heading) };
  });
}

function lineOfBlock(db: Database, path: string, block: string): number | null {
  const found = db
    .prepare<[string, string], number>(
      `SELECT b.line FROM blocks b JOIN notes n ON n.id = b.note_id
       WHERE n.path = ? AND lower(b.id) = ? ORDER BY b.ordinal LIMIT 1`,
    )
    .pluck()
    .get(path, block.toLowerCase());
  return found ?? null;
}

function lineOfHeading(db: Database, path: string, heading: string): number | null {
  const headings = db
    .prepare<[string], HeadingPlace & { line: number }>(
      'SELECT h.level, h.key, coalesce(h.written_key, h.key) AS writtenKey, h.line FROM headings h JOIN notes n ON n.id = h.note_id WHERE n.path = ? ORDER BY h.ordinal',
    )
    .all(path);
  return headings[findHeading(heading, headings)]?.line ?? null;
}
