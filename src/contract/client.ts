import type { CallName, Params, Result } from './contract.ts';
import { RambleError } from './errors.ts';
import type { AppEvent, EventName, EventPayload } from './events.ts';
import type { Reply } from './router.ts';

/** What a door has to carry: a call there and its reply back, and events. Nothing else differs between doors. */
export interface Transport {
  /** Resolves with the reply; rejects only when the connection itself failed. */
  send(name: string, params: unknown): Promise<Reply>;
  /** A call by a page that is going, and may be gone before its answer: it arrives all the same. Missing where `send` is as good. */
  sendLast?(name: string, params: unknown): void;
  /** Hears every event; the function returned stops that. */
  listen(listener: (event: AppEvent) => void): () => void;
}

export interface Client {
  /** Makes a call. Throws {@link RambleError}, always. */
  call<Name extends CallName>(name: Name, params: Params<Name>): Promise<Result<Name>>;
  /** Makes a call from a page that is going: whether it failed is never known. */
  callLast<Name extends CallName>(name: Name, params: Params<Name>): void;
  on<Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void): () => void;
}

interface Hearing {
  name: EventName;
  listener(payload: never): void;
}

export function createClient(transport: Transport): Client {
  /** Who hears what. The transport has one listener: what crosses it for each of them is copied for each of them. */
  const hearings = new Set<Hearing>();
  let stopListening: (() => void) | null = null;

  function hear(event: AppEvent): void {
    for (const { name, listener } of hearings) if (name === event.name) listener(event.payload as never);
  }

  return {
    async call<Name extends CallName>(name: Name, params: Params<Name>): Promise<Result<Name>> {
      let reply: Reply;
      try {
        reply = await transport.send(name, params);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new RambleError('disconnected', `Evening Ramble does not answer (${reason}).`);
      }
      if (reply.ok) return reply.result as Result<Name>;
      throw RambleError.fromShape(reply.error);
    },
    callLast(name, params) {
      if (transport.sendLast === undefined) void transport.send(name, params).catch(() => undefined);
      else transport.sendLast(name, params);
    },
    on(name, listener) {
      const hearing: Hearing = { name, listener };
      hearings.add(hearing);
      stopListening ??= transport.listen(hear);
      return () => {
        hearings.delete(hearing);
        if (hearings.size > 0) return;
        stopListening?.();
        stopListening = null;
      };
    },
  };
}
