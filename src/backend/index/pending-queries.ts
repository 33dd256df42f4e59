import { RambleError } from '../../contract/errors.ts';
import type { FromReader, ToReader } from './protocol.ts';

const MAX_TRIES = 5;

interface Pending {
  message: ToReader & { type: 'query' };
  tries: number;
  resolve(result: unknown): void;
  reject(error: RambleError): void;
}

/** Queries that were asked and not answered yet. They wait while there is no index, and are asked again when a thread died. */
export class PendingQueries {
  readonly #post: (message: ToReader) => void;
  readonly #pending = new Map<number, Pending>();
  /** Asked, and waiting for the writer to make an index. */
  readonly #held = new Set<number>();
  #nextId = 1;
  #ready = false;
  #ended: RambleError | null = null;

  constructor(post: (message: ToReader) => void) {
    this.#post = post;
  }

  /** Throws `internal` where the reader cannot answer, `disconnected` after the end. */
  ask(name: string, args: unknown[]): Promise<unknown> {
    const ended = this.#ended;
    if (ended !== null) return Promise.reject(ended);
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      const message = { type: 'query', id, name, args } as const;
      this.#pending.set(id, { message, tries: 0, resolve, reject });
      if (this.#ready) this.#try(id);
      else this.#held.add(id);
    });
  }

  /** Takes a reader's answer; gives what the writer should check when the query has to be asked again. */
  receive(message: FromReader): { damaged: boolean } | null {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return null;
    if (message.type === 'again') {
      this.#held.add(message.id);
      return { damaged: message.damaged };
    }
    this.#pending.delete(message.id);
    if (message.type === 'result') pending.resolve(message.result);
    else pending.reject(RambleError.fromShape(message.error));
    return null;
  }

  /** There is an index: asks what was held. */
  release(): void {
    this.#ready = true;
    const held = [...this.#held];
    this.#held.clear();
    for (const id of held) this.#try(id);
  }

  /** The reader died: what it was asked is asked once more. */
  askAgain(): void {
    for (const id of this.#pending.keys()) if (!this.#held.has(id)) this.#try(id, MAX_TRIES - 1);
  }

  /** Fails whatever is asked or will be. */
  end(error: RambleError): void {
    this.#ended = error;
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    this.#held.clear();
  }

  #try(id: number, cost = 1): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    pending.tries += cost;
    if (pending.tries <= MAX_TRIES) {
      this.#post(pending.message);
      return;
    }
    this.#pending.delete(id);
    pending.reject(new RambleError('internal', 'The index does not answer. Try again in a moment.'));
  }
}
