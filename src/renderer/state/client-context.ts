import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';
import type { Client } from '../../contract/client.ts';
import type { CallName, Params, Result } from '../../contract/contract.ts';
import { RambleError } from '../../contract/errors.ts';
import type { EventName } from '../../contract/events.ts';

export const ClientContext = createContext<Client | null>(null);

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('no client above this component');
  return client;
}

/**
 * The answer to a call, asked again when its parameters change or one of the events happens; the last answer stays on screen
 * meanwhile. `null` until the first answer, and while `params` is `null`.
 */
export function useCall<Name extends CallName>(
  name: Name,
  params: Params<Name> | null,
  events: readonly EventName[] = [],
): Result<Name> | null {
  return useAnswer(name, params, events).result;
}

/**
 * As {@link useCall}; `fresh` says whether the answer is that to the present parameters, `failure` why there is none to them, in words
 * for the user. `again` asks once more.
 */
export function useAnswer<Name extends CallName>(
  name: Name,
  params: Params<Name> | null,
  events: readonly EventName[] = [],
): { result: Result<Name> | null; fresh: boolean; failure: string | null; again(): void } {
  const client = useClient();
  const [failed, setFailed] = useState<{ key: string; message: string } | null>(null);
  const [answer, setAnswer] = useState<{ key: string; result: Result<Name> } | null>(null);
  const key = JSON.stringify(params);
  const latest = useRef(key);
  latest.current = key;

  const ask = useCallback(() => {
    const asked = JSON.parse(key) as Params<Name> | null;
    if (asked === null) return;
    client.call(name, asked).then(
      (result) => {
        if (latest.current !== key) return;
        setAnswer({ key, result });
        setFailed(null);
      },
      (error: Error) => {
        // The newer one that took its place is answered.
        const isSuperseded = error instanceof RambleError && error.code === 'superseded';
        if (latest.current === key && !isSuperseded) setFailed({ key, message: error.message });
      },
    );
  }, [client, name, key]);

  useEffect(() => {
    // It may have failed when it was asked for before.
    setFailed(null);
    ask();
  }, [ask]);
  const eventKey = events.join(' ');
  useEffect(() => {
    const names = eventKey === '' ? [] : (eventKey.split(' ') as EventName[]);
    let waiting: ReturnType<typeof setTimeout> | null = null;
    const again = () => {
      waiting ??= setTimeout(() => {
        waiting = null;
        ask();
      }, 80);
    };
    const stops = names.map((event) => client.on(event, again));
    return () => {
      for (const stop of stops) stop();
      if (waiting !== null) clearTimeout(waiting);
    };
  }, [client, ask, eventKey]);

  return {
    result: params === null ? null : (answer?.result ?? null),
    fresh: answer?.key === key,
    failure: failed?.key === key ? failed.message : null,
    again: ask,
  };
}
