import type { z } from 'zod';
import type { Client } from '../contract/client.ts';
import { RambleError } from '../contract/errors.ts';
import type { QuickMatch } from '../contract/find.ts';
import { notePath } from '../contract/shapes.ts';

type NotePath = z.output<typeof notePath>;

const LOOKED_AT = 50;
const SHOWN = 10;

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1).replace(/\.md$/i, '');
const key = (text: string) => text.normalize('NFC').toLowerCase();

/**
 * The note that a word on the command line means: a path in the vault, with or without `.md`, or a name, title or alias that only one
 * note has; `name or quick open` also takes what only one note matches there. Throws `not-found`, with the candidates in `data`.
 */
export async function findNote(
  client: Client,
  named: string,
  by: 'name only' | 'name or quick open',
): Promise<NotePath> {
  if (named.trim() === '')
    throw new RambleError('invalid-params', 'Name a note: a path in the vault, or its name.');
  const { matches } = await client.call('find.quick', { query: named, limit: LOOKED_AT });
  const byPath = await atPath(client, named, matches);
  if (byPath !== null) return byPath;

  const called = paths(
    matches.filter(({ path, title }) => [title, nameOf(path)].map(key).includes(key(named))),
  );
  const nicknamed = paths(
    matches.filter(({ kind, matched }) => kind === 'alias' && key(matched) === key(named)),
  );
  const exact = called.length > 0 ? called : nicknamed;
  const close = paths(matches);
  const [only] = exact.length > 0 || by === 'name only' ? exact : close;
  if (only !== undefined && (exact.length === 1 || (exact.length === 0 && close.length === 1))) return only;

  const candidates = (exact.length > 0 ? exact : close).slice(0, SHOWN);
  const list = candidates.map((path) => `“${path}”`).join(', ');
  const message =
    exact.length > 0
      ? `Several notes are called “${named}”: ${list}. Name one by its path.`
      : `There is no note “${named}”.${list === '' ? '' : ` Did you mean ${list}?`}`;
  throw new RambleError('not-found', message, { candidates });
}

/** The note at that path: under just this name where there is one, else the one that differs in case only. */
async function atPath(client: Client, named: string, matches: QuickMatch[]): Promise<NotePath | null> {
  const asked = [named, `${named}.md`]
    .map((path) => notePath.safeParse(path))
    .flatMap(({ data }) => data ?? []);
  const known = paths(matches);
  const there = asked.find((path) => known.includes(path));
  if (there !== undefined) return there;
  for (const path of asked) {
    const targets = [path.replace(/\.md$/i, '')];
    const [found] = (await client.call('links.resolve', { from: path, targets })).targets;
    const resolved = notePath.safeParse(found?.path ?? '').data ?? [];
    const alike = new Set([...known, resolved].flat().filter((other) => key(other) === key(path)));
    const [only] = alike;
    if (only !== undefined && alike.size === 1) return only;
  }
  return null;
}

const paths = (matches: QuickMatch[]) => [...new Set(matches.map(({ path }) => path))];
