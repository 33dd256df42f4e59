import { POST } from './post.ts';

/** What the browser door gives for a code: see `src/browser/gate.ts`. */
export interface Grant {
  token: string;
  resume: string;
  ticket: string;
  key: string;
}

/** The door has answered, and its answer is no. Everything else may be over in a moment. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

declare global {
  interface Window {
    /** A window that this one opened asks here for a session of its own. */
    rambleGrant?: () => Promise<Grant>;
  }
}

/** Exchanges a code for a session. Throws {@link RefusedError} where the code is none. */
export async function openSession(code: string): Promise<Grant> {
  const response = await fetch('/session', { ...POST, body: JSON.stringify({ code }) });
  if (response.status === 401 || response.status === 403) throw new RefusedError();
  if (!response.ok) throw new Error(`the app answered ${response.status}`);
  return (await response.json()) as Grant;
}

/**
 * Keeps the code for a reload in this page's history entry: not in its address, which others see, nor in cookies or storage, which
 * every server of this machine shares. It works once, and only for the server that gave it.
 */
export function keepForReload(resume: string | null): void {
  const { resume: _, ...rest } = (history.state ?? {}) as { resume?: string };
  history.replaceState(resume === null ? rest : { ...rest, resume }, '', location.pathname);
}

/** A session for the code this page was opened with: in its address, in its history entry, or from the window that opened it. */
export async function firstGrant(): Promise<Grant> {
  // Out of the address before anything else: an address is seen, copied and remembered.
  if (location.hash.length > 1) keepForReload(location.hash.slice(1));
  const code = (history.state as { resume?: string } | null)?.resume;
  const opener = window.opener as Window | null;
  const ask = code ? () => openSession(code) : opener?.rambleGrant;
  if (ask === undefined) throw new RefusedError();
  const grant = await ask();
  // From here on this window needs its opener no more, and a page of another server, loaded here later, must not have it.
  window.opener = null;
  return grant;
}
