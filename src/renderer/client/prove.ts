import type { Grant } from './session.ts';

const encoder = new TextEncoder();

/**
 * What shows that somebody knows a window's key, which is never sent: see `Gate` in `src/browser/gate.ts`. Who says it, and to which
 * host, is part of it.
 */
export async function prove(grant: Grant, ...said: string[]): Promise<string> {
  const hash = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(grant.key), hash, false, ['sign']);
  const signed = await crypto.subtle.sign(hash, key, encoder.encode(said.join(' ')));
  return base64url(new Uint8Array(signed));
}

/** A word that nobody can have heard before. */
export function freshWord(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
