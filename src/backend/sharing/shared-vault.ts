import type { VaultState } from '../../contract/app.ts';
import { type VaultCallName, type VaultHandlers, vaultCalls } from '../../contract/contract.ts';
import { RambleError } from '../../contract/errors.ts';
import type { AppEvent } from '../../contract/events.ts';
import { createRouter } from '../../contract/router.ts';
import { connectGuest, type Guest } from './guest.ts';
import { type Host, startHost } from './host.ts';
import { type Lock, takeLock } from './lock.ts';

const TRY_EVERY_MS = 50;
const PATIENCE_MS = 10_000;
/** Calls that would be done twice if they were made again. */
const ONCE: ReadonlySet<string> = new Set([
  'journal.append',
  'extract.run',
  'notes.create',
  'history.bringBack',
  'history.takeBack',
  'rename.run',
]);

/** The services of a vault in this process. */
export interface LocalVault {
  handlers: VaultHandlers;
  state(): VaultState;
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface SharedVaultOptions {
  dataFolder: string;
  /** Opens the services here: only ever called while this process has the lock. */
  openLocal(emit: (event: AppEvent) => void): Promise<LocalVault>;
  emit(event: AppEvent): void;
  report(call: string, error: unknown): void;
}

type Place =
  | { kind: 'here'; local: LocalVault; host: Host | null; lock: Lock }
  | { kind: 'there'; guest: Guest };

/**
 * A vault that several processes may have open: the one with the lock answers, the others ask it. When it ends, another takes its
 * place, and calls wait for that.
 */
export class SharedVault {
  readonly #options: SharedVaultOptions;
  #place: Promise<Place>;
  #state: VaultState;
  #closed = false;

  private constructor(options: SharedVaultOptions, place: Place) {
    this.#options = options;
    this.#place = Promise.resolve(place);
    this.#state = place.kind === 'here' ? place.local.state() : place.guest.state;
  }

  /** Opens the vault here, or joins the process that has it open. Throws what opening throws. */
  static async open(options: SharedVaultOptions): Promise<SharedVault> {
    let shared: SharedVault | null = null;
    const place = await findPlace(options, () => shared);
    shared = new SharedVault(options, place);
    return shared;
  }

  state(): VaultState {
    return this.#state;
  }

  /** Answers a call whose parameters are checked. Throws {@link RambleError}, and what a service throws. */
  call<Name extends VaultCallName>(name: Name, params: unknown): Promise<unknown> {
    return this.#ask(name, params, ({ handlers }) =>
      (handlers[name] as (params: unknown) => unknown)(params),
    );
  }

  /** Resolves when the index knows the folder as it is now. Throws where it cannot for now, and why. */
  async settled(): Promise<void> {
    await this.#ask('settled', {}, (local) => local.settled());
  }

  async #ask(name: string, params: unknown, here: (local: LocalVault) => unknown): Promise<unknown> {
    const until = Date.now() + PATIENCE_MS;
    while (!this.#closed && Date.now() < until) {
      const place = await this.#place;
      if (place.kind === 'here') return here(place.local);
      const outcome = await place.guest.call(name, params);
      if (outcome.kind === 'reply') {
        if (outcome.reply.ok) return outcome.reply.result;
        throw RambleError.fromShape(outcome.reply.error);
      }
      if (outcome.kind === 'lost' && ONCE.has(name)) break;
      await new Promise((done) => setTimeout(done, TRY_EVERY_MS));
    }
    throw new RambleError(
      'disconnected',
      'The other window of Evening Ramble that had this folder ended before it answered. Look whether it was done, and try again.',
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    const place = await this.#place.catch(() => null);
    if (place === null) return;
    if (place.kind === 'there') return place.guest.close();
    await place.host?.finish();
    await place.local.close();
    place.lock.release();
    place.host?.close();
  }

  /** An event of the vault, from here or from the process that has it. */
  hear(event: AppEvent): void {
    if (event.name === 'vault.progressed') this.#state = event.payload;
    if (!this.#closed) this.#options.emit(event);
  }

  /** The process that answered has ended. */
  lost(): void {
    if (this.#closed) return;
    this.#place = findPlace(this.#options, () => this);
    void this.#place.then(
      (place) => {
        this.#state = place.kind === 'here' ? place.local.state() : place.guest.state;
        this.hear({ name: 'vault.progressed', payload: this.#state });
        this.hear({ name: 'vault.resumed', payload: {} });
      },
      () => setTimeout(() => this.lost(), TRY_EVERY_MS),
    );
  }
}

async function findPlace(options: SharedVaultOptions, shared: () => SharedVault | null): Promise<Place> {
  const until = Date.now() + PATIENCE_MS;
  do {
    const lock = await takeLock(options.dataFolder);
    if (lock !== null) return openHere(options, lock, shared);
    const guest = await connectGuest(options.dataFolder, {
      onEvent: (event) => shared()?.hear(event),
      onLost: () => shared()?.lost(),
    });
    if (guest !== null) return { kind: 'there', guest };
    await new Promise((done) => setTimeout(done, TRY_EVERY_MS));
  } while (Date.now() < until);
  throw new RambleError(
    'bad-folder',
    'Another Evening Ramble has this folder open and does not answer. Close it, and open the folder again.',
  );
}

async function openHere(
  options: SharedVaultOptions,
  lock: Lock,
  shared: () => SharedVault | null,
): Promise<Place> {
  let host: Host | null = null;
  const emit = (event: AppEvent) => {
    host?.tell(event);
    shared()?.hear(event);
  };
  try {
    const local = await options.openLocal(emit);
    const call = createRouter(local.handlers, vaultCalls, options.report);
    const { dataFolder } = options;
    // Without a way to listen the vault still works in this process.
    host = await startHost({
      dataFolder,
      call,
      settled: () => local.settled(),
      state: () => local.state(),
    }).catch((error: unknown) => {
      options.report('sharing', error);
      return null;
    });
    return { kind: 'here', local, host, lock };
  } catch (error) {
    lock.release();
    throw error;
  }
}
