import { POST } from './post.ts';
import { freshWord, prove } from './prove.ts';
import type { Grant } from './session.ts';

const LONGEST_SILENCE_MS = 10_000;

/**
 * Asks whoever has this page's port now whether it is the door that let this window in, or another of the same user. Gives the word of
 * the door that is to be answered, and the answer: good once, for that door only. `null` where it is somebody else, who has heard nothing
 * of use. Rejects where nobody is there.
 */
export async function askWhetherItIsOurs(grant: Grant): Promise<{ word: string; proof: string } | null> {
  const mine = freshWord();
  const response = await fetch('/return', {
    ...POST,
    body: JSON.stringify({ ticket: grant.ticket, nonce: mine }),
    signal: AbortSignal.timeout(LONGEST_SILENCE_MS),
  });
  if (!response.ok) return null;
  const { nonce, proof } = (await response.json()) as { nonce: unknown; proof: unknown };
  if (typeof nonce !== 'string') return null;
  if (proof !== (await prove(grant, 'door', location.host, mine, nonce))) return null;
  return { word: nonce, proof: await prove(grant, 'window', location.host, mine, nonce) };
}
