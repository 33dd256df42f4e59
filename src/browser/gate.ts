import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const CODE_LIVES_MS = 30_000;
const CHALLENGE_LIVES_MS = 10_000;
const MOST_SESSIONS = 64;
const MOST_CHALLENGES = 256;
const GUESSES_A_SECOND = 10;
const LAST_WORD_LIVES_MS = 5000;
const WORD = /^[\w-]{20,100}$/;

/** What a window holds: all of it in its memory only, but for the code that a reload can exchange once. */
export interface Grant {
  token: string;
  resume: string;
  /** What the window is called when it comes back after its connection was lost. Opens nothing. */
  ticket: string;
  /** Known to this window and this user's doors: each shows the other that it has it, and neither ever sends it. */
  key: string;
}

export type Claim = { ok: true; grant: Grant } | { ok: false; status: 401 | 429 };

/** Who a socket is for, and what the door says first on it, which nobody else could. */
export interface Admission {
  proof: string;
  /** The window was let in by a door that is no more. */
  outlived: boolean;
}

const secret = () => randomBytes(32).toString('base64url');
const digest = (text: string) => createHash('sha256').update(text).digest();
const equal = (one: string, other: string) => timingSafeEqual(digest(one), digest(other));

/**
 * Whether a request was meant for this server: one `Host`, exactly ours, and a target that is a path. A rebound DNS name arrives
 * with its own `Host`; `localhost` and other spellings are somebody else's.
 */
export function isForUs(request: IncomingMessage, host: string): boolean {
  const hosts = request.rawHeaders.filter(
    (_value, at, all) => at % 2 === 1 && all[at - 1]?.toLowerCase() === 'host',
  );
  return (
    hosts.length === 1 &&
    hosts[0] === host &&
    (request.url ?? '').startsWith('/') &&
    !request.url?.startsWith('//')
  );
}

/** Whether a request comes from our own page. Other ports of this machine are one *site* with us, so only the exact origin counts. */
export function isFromUs(request: IncomingMessage, origin: string): boolean {
  return request.headers.origin === origin;
}

/**
 * Whether a plain GET may be answered: nothing embeds our files. A page of ours and the address bar may; another origin's script,
 * frame or fetch may not.
 */
export function mayRead(request: IncomingMessage, origin: string): boolean {
  const { origin: from } = request.headers;
  if (from !== undefined && from !== origin) return false;
  const site = request.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return true;
  return request.headers['sec-fetch-mode'] === 'navigate' && request.headers['sec-fetch-dest'] === 'document';
}

/** What {@link Gate} may be given in place of chance and the clock. */
export interface GateOptions {
  /** See `doorKey()`. */
  key?: Buffer;
  now?: () => number;
}

/**
 * Who may speak. A launch code is valid once, for thirty seconds; it is exchanged for a token that lives in the page's memory, and
 * for a resume code that the page keeps in its own history entry so that a reload works: valid once, while this server runs, worthless
 * to any other server that takes the port later. No cookie, no storage: those are shared by every port of this machine.
 *
 * A window that lost its connection may find another server on the port. Both show that they know the window's key, which follows from
 * its ticket and the door's own key: the door first, over what the window made up for this once, and for this host, so that nobody can
 * pass on what another door says.
 */
export class Gate {
  readonly #now: () => number;
  readonly #key: Buffer;
  readonly #codes = new Map<string, number>();
  readonly #resumes = new Set<string>();
  readonly #tickets = new Set<string>();
  readonly #challenges = new Map<string, { ticket: string; theirs: string; host: string; until: number }>();
  /** By digest, until when: for as long as its connection stands, and a moment longer. */
  readonly #lastWords = new Map<string, number>();
  #tokens: { token: Buffer; ticket: string }[] = [];
  #failures: number[] = [];

  constructor({ key = randomBytes(32), now = Date.now }: GateOptions = {}) {
    this.#key = key;
    this.#now = now;
  }

  /** A fresh launch code. */
  newCode(): string {
    const code = secret();
    this.#codes.set(digest(code).toString('hex'), this.#now() + CODE_LIVES_MS);
    return code;
  }

  /** Exchanges a launch code, a resume code or a valid token for a new session. */
  claim(presented: unknown): Claim {
    if (this.#isLocked()) return { ok: false, status: 429 };
    if (typeof presented !== 'string' || presented.length > 200 || !this.#spend(presented)) {
      this.#fail();
      return { ok: false, status: 401 };
    }
    const ticket = secret();
    const grant = { token: secret(), resume: secret(), ticket, key: this.#keyOf(ticket) };
    this.#tokens = [...this.#tokens, { token: digest(grant.token), ticket }].slice(-MOST_SESSIONS);
    this.#resumes.add(digest(grant.resume).toString('hex'));
    this.#tickets.add(ticket);
    return { ok: true, grant };
  }

  /** The session of a token, `null` where it is none of ours; takes as long for a wrong one as for a right one. */
  admits(token: string, host: string): Admission | null {
    if (this.#isLocked()) return null;
    const ticket = this.#ticketOf(token);
    if (ticket === null) return this.#fail();
    return { proof: this.#prove(ticket, 'socket', host, token), outlived: false };
  }

  /**
   * What a window is told that asks whether this is its door: a word that it is to answer once, within ten seconds, and the proof that
   * only a door of this user could give. `null` where what it asked makes no sense.
   */
  challenge(ticket: unknown, theirs: unknown, host: string): { nonce: string; proof: string } | null {
    if (this.#isLocked()) return null;
    if (typeof ticket !== 'string' || typeof theirs !== 'string' || !WORD.test(ticket) || !WORD.test(theirs))
      return this.#fail();
    const nonce = secret();
    this.#challenges.set(nonce, { ticket, theirs, host, until: this.#now() + CHALLENGE_LIVES_MS });
    for (const oldest of this.#challenges.keys()) {
      if (this.#challenges.size <= MOST_CHALLENGES) break;
      this.#challenges.delete(oldest);
    }
    return { nonce, proof: this.#prove(ticket, 'door', host, theirs, nonce) };
  }

  /** The session of a window that answered a challenge; `null` where the answer is wrong, late, or was given before. */
  admitsAgain(nonce: string, proof: string, host: string): Admission | null {
    if (this.#isLocked()) return null;
    const asked = this.#challenges.get(nonce);
    this.#challenges.delete(nonce);
    if (asked === undefined || asked.host !== host || asked.until < this.#now()) return this.#fail();
    const { ticket, theirs } = asked;
    if (!equal(proof, this.#prove(ticket, 'window', host, theirs, nonce))) return this.#fail();
    return { proof: this.#prove(ticket, 'socket', host, proof), outlived: !this.#tickets.has(ticket) };
  }

  /** A word for one connection, by which its window is known for five seconds after it was cut. */
  newLastWord(): { word: string; cut(): void } {
    const word = secret();
    const key = digest(word).toString('hex');
    this.#lastWords.set(key, Number.POSITIVE_INFINITY);
    return { word, cut: () => void this.#lastWords.set(key, this.#now() + LAST_WORD_LIVES_MS) };
  }

  /** Whether a window that is going said its word. Guessing by another must not keep it from being heard. */
  admitsLast(word: unknown): boolean {
    for (const [key, until] of this.#lastWords) if (until < this.#now()) this.#lastWords.delete(key);
    if (typeof word === 'string' && this.#lastWords.has(digest(word).toString('hex'))) return true;
    this.#fail();
    return false;
  }

  #keyOf(ticket: string): string {
    return createHmac('sha256', this.#key).update(`window ${ticket}`).digest('base64url');
  }

  #prove(ticket: string, ...said: string[]): string {
    return createHmac('sha256', this.#keyOf(ticket)).update(said.join(' ')).digest('base64url');
  }

  #spend(presented: string): boolean {
    const key = digest(presented).toString('hex');
    const until = this.#codes.get(key);
    if (until !== undefined) {
      this.#codes.delete(key);
      return this.#now() <= until;
    }
    return this.#resumes.delete(key) || this.#isKnownStill(presented);
  }

  /** Whether this is the token of a session; what is in use is the last to be forgotten. */
  #isKnownStill(token: string): boolean {
    const ticket = this.#ticketOf(token);
    if (ticket === null) return false;
    const isIt = (known: { ticket: string }) => known.ticket === ticket;
    this.#tokens = [...this.#tokens.filter((known) => !isIt(known)), ...this.#tokens.filter(isIt)];
    return true;
  }

  #ticketOf(token: string): string | null {
    const given = digest(token);
    let found: string | null = null;
    for (const known of this.#tokens) if (timingSafeEqual(given, known.token)) found = known.ticket;
    return found;
  }

  #fail(): null {
    this.#failures.push(this.#now());
    return null;
  }

  #isLocked(): boolean {
    const since = this.#now() - 1000;
    this.#failures = this.#failures.filter((at) => at > since);
    return this.#failures.length >= GUESSES_A_SECOND;
  }
}
