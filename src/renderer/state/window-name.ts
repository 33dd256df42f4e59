/**
 * What this window's edits are signed with, so that its undo finds them again after a reload: a name without meaning, kept in the
 * page's history entry, which a reload keeps and nobody else sees.
 */
export function windowName(): string {
  return known().window;
}

/** When this window was opened, milliseconds since 1970; loading it again does not count. */
export function windowSince(): number {
  return known().since;
}

function known(): { window: string; since: number } {
  const state = (history.state ?? {}) as { window?: string; since?: number };
  if (state.window !== undefined && state.since !== undefined)
    return { window: state.window, since: state.since };
  const begun = { window: `w${randomPart()}`, since: Date.now() };
  history.replaceState({ ...state, ...begun }, '');
  return begun;
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
