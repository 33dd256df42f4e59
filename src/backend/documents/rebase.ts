import type { ChangeSet } from '@codemirror/state';
import type { Edit } from './edit.ts';

/**
 * Moves a peer's edits over what happened since the version they were made on. Those that are among it, because the peer sent them
 * before, are left out. One change is moved over one other at a time, as every window does it: moved over several made one, an
 * insertion may come out on another side of one next to it, and texts that should be the same would not be.
 */
export function rebase(edits: readonly Edit[], since: readonly Edit[]): Edit[] {
  const others: ChangeSet[] = [];
  let taken = 0;
  for (const { peer, changes } of since) {
    const sent = edits[taken];
    if (sent?.peer !== peer) others.push(changes);
    else {
      moveOver(sent.changes, others);
      taken += 1;
    }
  }
  return edits.slice(taken).map((edit) => ({ ...edit, changes: moveOver(edit.changes, others) }));
}

/** The change after the others, each of which becomes what it is after the change. */
function moveOver(changes: ChangeSet, others: ChangeSet[]): ChangeSet {
  let moved = changes;
  for (const [index, other] of others.entries()) {
    others[index] = other.map(moved, true);
    moved = moved.map(other);
  }
  return moved;
}
