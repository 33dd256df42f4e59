import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../../src/contract/client.ts';
import { RambleError } from '../../src/contract/errors.ts';
import { below, type Random } from './hands.ts';

/** A door with a bad line: pushes come late or twice, their answers get lost, events do not come, or twice and in another order. */
export function shaky(client: Client, random: Random): Client {
  const call = async (name: string, params: unknown): Promise<unknown> => {
    const send = () => client.call(name as 'notes.push', params as never);
    if (name !== 'notes.push') return send();
    const [delay, fate] = [below(random, 4) * 10, random()];
    if (delay > 0) await pause(delay);
    if (fate < 0.15) void pause(below(random, 80)).then(() => send().catch(() => undefined));
    if (fate > 0.8) {
      if (fate > 0.9) await send();
      throw new RambleError('disconnected', 'the line was cut');
    }
    return send();
  };
  return {
    call: call as Client['call'],
    callLast: (name, params) => void call(name, params).catch(() => undefined),
    on: (name, listener) =>
      client.on(name, (payload) => {
        const fate = random();
        if (fate < 0.2) return;
        const times = fate > 0.9 ? 2 : 1;
        for (let count = 0; count < times; count += 1)
          if (fate < 0.5) setTimeout(() => listener(payload), below(random, 60));
          else listener(payload);
      }),
  };
}
