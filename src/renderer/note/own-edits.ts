import type { OpenNote } from '../../contract/notes.ts';
import type { PastEdit } from '../editor/undo-again.ts';

/** What the user did by hand. */
const WRITING: ReadonlySet<string> = new Set(['typed', 'undo', 'redo']);

/** The window that asks: how its edits are known, and since when it is there, milliseconds since 1970. */
export interface Asking {
  isOwn(peer: string): boolean;
  since: number;
}

/**
 * A note's past as an editor's undo takes it: whose edits were whose decides what undo may take back. A window that was opened after
 * the app was started goes on as the one that wrote last before that; what any other window wrote stays another's.
 */
export function ownEdits({ edits, before }: OpenNote['past'], { isOwn, since }: Asking): PastEdit[] {
  const earlier = edits.slice(0, before).filter(({ kind, at }) => WRITING.has(kind) && at < since);
  const heirOf = windowOf(earlier.at(-1)?.peer ?? '');
  return edits.map(({ peer, kind, at, changes }, index) => ({
    own: isOwn(peer) || (index < before && at < since && WRITING.has(kind) && windowOf(peer) === heirOf),
    kind,
    at,
    changes,
  }));
}

const windowOf = (peer: string) => peer.split('.')[0] ?? '';
