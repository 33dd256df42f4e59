const KEY = 'ramble-window';

/**
 * What this window's edits are signed with, so that its undo finds them again after a reload: a name without meaning, kept for as long
 * as the window lives.
 */
export function windowName(): string {
  try {
    const known = sessionStorage.getItem(KEY);
    if (known !== null && /^w[0-9a-z]{8}$/.test(known)) return known;
    const name = `w${randomPart()}`;
    sessionStorage.setItem(KEY, name);
    return name;
  } catch {
    // Where there is no storage a reload forgets whose edits were whose.
    return `w${randomPart()}`;
  }
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
