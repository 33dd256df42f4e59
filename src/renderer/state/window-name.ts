/**
 * What this window's edits are signed with, so that its undo finds them again after a reload: a name without meaning, kept in the
 * page's history entry, which a reload keeps and nobody else sees.
 */
export function windowName(): string {
  const state = (history.state ?? {}) as { window?: string };
  if (state.window !== undefined) return state.window;
  const window = `w${randomPart()}`;
  history.replaceState({ ...state, window }, '');
  return window;
}

/** A name for one editor of this window. */
export function newPeer(): string {
  return `${windowName()}.${randomPart()}`;
}

/** Whether an edit was made in this window, now or before it was loaded again. */
export function isOwn(peer: string): boolean {
  return peer.startsWith(`${windowName()}.`);
}

function randomPart(): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, 8);
}
