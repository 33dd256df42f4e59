import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const CODE_LIVES_MS = 30_000;
const MOST_SESSIONS = 64;
const GUESSES_A_SECOND = 10;

/** What a window holds: the token in its memory only, and a code that a reload can exchange once. */
export interface Grant {
  token: string;
  resume: string;
  /** Known to this server and its windows only: how a window that lost its connection tells us from whoever took the port since. */
  proof: string;
}

export type Claim = { ok: true; grant: Grant } | { ok: false; status: 401 | 429 };

const secret = () => randomBytes(32).toString('base64url');
const digest = (text: string) => createHash('sha256').update(text).digest();

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

/**
 * Who may speak. A launch code is valid once, for thirty seconds; it is exchanged for a token that lives in the page's memory, and
 * for a resume code that the page keeps in its own history entry so that a reload works: valid once, while this server runs, worthless
 * to any other server that takes the port later. No cookie, no storage: those are shared by every port of this machine.
 */
export class Gate {
  readonly #now: () => number;
  readonly #codes = new Map<string, number>();
  readonly #resumes = new Set<string>();
  readonly #proof = secret();
  #tokens: Buffer[] = [];
  #failures: number[] = [];

  constructor(now: () => number = Date.now) {
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
      this.#failures.push(this.#now());
      return { ok: false, status: 401 };
    }
    const grant = { token: secret(), resume: secret(), proof: this.#proof };
    this.#tokens = [...this.#tokens, digest(grant.token)].slice(-MOST_SESSIONS);
    this.#resumes.add(digest(grant.resume).toString('hex'));
    return { ok: true, grant };
  }

  /** Whether a token is one of ours; takes as long for a wrong one as for a right one. */
  admits(token: unknown): boolean {
    if (this.#isLocked() || typeof token !== 'string') return false;
    if (this.#isToken(token)) return true;
    this.#failures.push(this.#now());
    return false;
  }

  #spend(presented: string): boolean {
    const key = digest(presented).toString('hex');
    const until = this.#codes.get(key);
    if (until !== undefined) {
      this.#codes.delete(key);
      return this.#now() <= until;
    }
    return this.#resumes.delete(key) || this.#isToken(presented);
  }

  #isToken(token: string): boolean {
    const given = digest(token);
    let found = false;
    for (const known of this.#tokens) if (timingSafeEqual(given, known)) found = true;
    return found;
  }

  #isLocked(): boolean {
    const since = this.#now() - 1000;
    this.#failures = this.#failures.filter((at) => at > since);
    return this.#failures.length >= GUESSES_A_SECOND;
  }
}
