import type { CallShape } from './call.ts';
import { type ErrorShape, RambleError } from './errors.ts';

/** What every door carries back for a call. */
export type Reply = { ok: true; result: unknown } | { ok: false; error: ErrorShape };

/** Answers a call by its name; never rejects. */
export type Dispatch = (name: unknown, params: unknown) => Promise<Reply>;

/**
 * The one place where calls are checked: the name against the contract and the parameters against their schema, before any
 * service runs, for every door alike. `report` hears of failures that are our own (never of the user's text).
 */
export function createRouter<Name extends string>(
  // biome-ignore lint/suspicious/noExplicitAny: the shapes say what each handler takes, and it is checked here.
  handlers: Record<Name, (params: any) => unknown>,
  shapes: Record<Name, CallShape>,
  report: (name: string, error: unknown) => void,
): Dispatch {
  return async (name, params) => {
    if (typeof name !== 'string' || !Object.hasOwn(shapes, name)) {
      const shown = typeof name === 'string' ? name.slice(0, 80) : typeof name;
      return refuse(new RambleError('unknown-call', `There is no call named “${shown}”.`));
    }
    const callName = name as Name;
    const checked = shapes[callName].params.safeParse(params);
    if (!checked.success) {
      const issue = checked.error.issues[0];
      const place = issue?.path.map(String).join('.') ?? '';
      const message = `${callName}${place === '' ? '' : `, ${place}`}: ${issue?.message ?? 'not valid'}.`;
      return refuse(new RambleError('invalid-params', message, { place }));
    }
    try {
      return { ok: true, result: (await handlers[callName](checked.data)) ?? {} };
    } catch (error) {
      if (error instanceof RambleError) return refuse(error);
      report(callName, error);
      return refuse(
        new RambleError('internal', 'Something went wrong inside Evening Ramble. Nothing was changed.'),
      );
    }
  };
}

function refuse(error: RambleError): Reply {
  return { ok: false, error: error.toShape() };
}
