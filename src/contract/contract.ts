import type { z } from 'zod';
import { appCalls } from './app.ts';
import type { CallShape } from './call.ts';
import { extractCalls } from './extract.ts';
import { findCalls } from './find.ts';
import { historyCalls } from './history.ts';
import { inspectCalls } from './inspect.ts';
import { journalCalls } from './journal.ts';
import { linksCalls } from './links.ts';
import { notesCalls } from './notes.ts';
import { renameCalls } from './rename.ts';
import { settingsCalls } from './settings.ts';

/** Joins the domains' calls; throws at start where two domains claim one name. */
export function joinCalls<Domains extends Record<string, CallShape>[]>(
  ...domains: Domains
): UnionToIntersection<Domains[number]> {
  const joined: Record<string, CallShape> = {};
  for (const domain of domains) {
    for (const [name, shape] of Object.entries(domain)) {
      if (name in joined) throw new Error(`the call ${name} is declared twice`);
      joined[name] = shape;
    }
  }
  return joined as UnionToIntersection<Domains[number]>;
}

type UnionToIntersection<Union> = (Union extends unknown ? (value: Union) => void : never) extends (
  value: infer Intersection,
) => void
  ? Intersection
  : never;

/** The calls about the folder that is open: whichever process has its notes answers them. */
export const vaultCalls = joinCalls(
  notesCalls,
  historyCalls,
  journalCalls,
  findCalls,
  linksCalls,
  extractCalls,
  renameCalls,
  settingsCalls,
  inspectCalls,
);

/** Every call of the app. */
export const contract = joinCalls(appCalls, vaultCalls);

export type Contract = typeof contract;
export type CallName = keyof Contract;
export type VaultCallName = keyof typeof vaultCalls;
/** What a caller may pass: before defaults and brands. */
export type Params<Name extends CallName> = z.input<Contract[Name]['params']>;
/** What a handler receives: checked. */
export type CheckedParams<Name extends CallName> = z.output<Contract[Name]['params']>;
export type Result<Name extends CallName> = z.output<Contract[Name]['result']>;

export type Handlers = {
  [Name in CallName]: (params: CheckedParams<Name>) => Promise<Result<Name>> | Result<Name>;
};

export type VaultHandlers = Pick<Handlers, VaultCallName>;
