import type { Client } from '../../src/contract/client.ts';
import { RambleError } from '../../src/contract/errors.ts';

/** A line to the app that the test holds: what goes over it may be stopped, held or lost, and events may not be heard. */
export class Line implements Client {
  /** Before a call is carried; may throw, or take its time. */
  before: (name: string) => void | Promise<void> = () => undefined;
  /** After it was answered and before the answer is heard; may throw: the app has done what it was asked. */
  after: (name: string) => void | Promise<void> = () => undefined;
  deaf = false;
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  readonly call: Client['call'] = async (name, params) => {
    await this.before(name);
    const result = await this.#client.call(name, params);
    await this.after(name);
    return result;
  };

  readonly callLast: Client['callLast'] = (name, params) =>
    void this.call(name, params).catch(() => undefined);

  readonly on: Client['on'] = (name, listener) =>
    this.#client.on(name, (payload) => {
      if (!this.deaf) listener(payload);
    });

  /** Nothing comes through from now on. */
  cut(): void {
    this.deaf = true;
    this.before = () => {
      throw new RambleError('disconnected', 'Evening Ramble does not answer (the line was cut).');
    };
  }

  /** Everything comes through again; what was missed meanwhile is not told. */
  mend(): void {
    this.deaf = false;
    this.before = () => undefined;
    this.after = () => undefined;
  }

  /** Calls of that name wait until the function it gives is called. */
  hold(held: string): () => void {
    let release = () => {};
    const released = new Promise<void>((done) => {
      release = done;
    });
    this.before = (name) => (name === held ? released : undefined);
    return () => {
      this.before = () => undefined;
      release();
    };
  }
}
