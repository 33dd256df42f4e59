import type { Client } from '../contract/client.ts';
import { RambleError } from '../contract/errors.ts';
import { notePath } from '../contract/shapes.ts';

const SHOWN = 10;

type NotePath = ReturnType<typeof notePath.parse>;

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1).replace(/\.md$/i, '');

/**
 * The note that a word on the command line means: a path in the vault, with or without `.md`, or a name or title that only one note
 * has. Throws `not-found`, with the candidates where there are several.
 */
export async function findNote(client: Client, named: string): Promise<NotePath> {
  for (const path of [named, `${named}.md`]) {
    const check = notePath.safeParse(path);
    if (!check.success) continue;
    const { targets } = await client.call('links.resolve', {
      from: check.data,
      targets: [check.data.replace(/\.md$/i, '')],
    });
    const found = targets[0]?.path;
    if (found?.toLowerCase() === check.data.toLowerCase()) return found as NotePath;
  }
  const { matches } = await client.call('find.quick', { query: named, limit: SHOWN });
  const same = (text: string) => text.toLowerCase() === named.toLowerCase();
  const exact = [
    ...new Set(
      matches
        .filter((match) => same(match.title) || same(nameOf(match.path)) || same(match.matched))
        .map((match) => match.path),
    ),
  ];
  const [only] = exact;
  if (only !== undefined && exact.length === 1) return only;
  const candidates = exact.length > 1 ? exact : [...new Set(matches.map((match) => match.path))];
  const hint = candidates.length === 0 ? '' : ` Did you mean: ${candidates.slice(0, 5).join(', ')}?`;
  const what =
    exact.length > 1
      ? `Several notes are called “${named}”; name one by its path.`
      : `There is no note “${named}”.`;
  throw new RambleError('not-found', `${what}${hint}`, { candidates });
}
