import type { ResolvedTarget } from '../../../contract/links.ts';
import { headingKey, parseLinkTarget } from '../../../core/links/link-target.ts';
import { resolveLink } from '../../../core/links/resolve.ts';
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

/** `A#B` is the first B within the first A; a heading may also hold a `#` of its own. */
function lineOfHeading(db: Database, path: string, heading: string): number | null {
  const headings = db
    .prepare<[string], { level: number; key: string; line: number }>(
      'SELECT h.level, h.key, h.line FROM headings h JOIN notes n ON n.id = h.note_id WHERE n.path = ? ORDER BY h.ordinal',
    )
    .all(path);
  const whole = headings.find((candidate) => candidate.key === headingKey(heading));
  if (whole !== undefined) return whole.line;
  let within = headings;
  let line: number | null = null;
  for (const part of heading.split('#').filter((name) => name.trim() !== '')) {
    const at = within.findIndex((candidate) => candidate.key === headingKey(part));
    const found = within[at];
    if (found === undefined) return null;
    line = found.line;
    const after = within.slice(at + 1);
    const end = after.findIndex((candidate) => candidate.level <= found.level);
    within = end < 0 ? after : after.slice(0, end);
  }
  return line;
}
