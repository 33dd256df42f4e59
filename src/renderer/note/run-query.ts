import type { Client } from '../../contract/client.ts';
import type { NotePath } from '../../core/paths/note-path.ts';
import type { QueryFound } from '../editor/callbacks.ts';
import { shortLine } from '../panels/short-line.ts';

const SHOWN = 20;

/** What the query of a fence in the note `within` finds: the other notes. `asker` tells the editors apart. */
export async function runQuery(
  client: Client,
  { within, query, asker }: { within: NotePath; query: string; asker: string },
): Promise<QueryFound> {
  // One more than is shown tells whether there are more, another may be the note itself.
  const answer = await client.call('find.text', { query, limit: SHOWN + 2, asker: `${asker} ${query}` });
  if ('error' in answer) return { kind: 'wrong', ...answer.error };
  const others = answer.hits.filter(({ path }) => path !== within);
  const notes = others.slice(0, SHOWN).map(({ path, title, lines }) => ({
    path,
    title,
    lines: lines.map((line) => ({ line: line.line, parts: shortLine(line) })),
  }));
  const more = others.length > SHOWN ? `The first ${SHOWN} notes. The search finds more.` : '';
  return { kind: 'found', notes, note: [more, answer.partial ?? ''].join(' ').trim() };
}
