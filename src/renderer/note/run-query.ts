import type { Client } from '../../contract/client.ts';
import { RambleError } from '../../contract/errors.ts';
import type { NotePath } from '../../core/paths/note-path.ts';
import type { QueryFound } from '../editor/callbacks.ts';
import { shortLine } from '../panels/short-line.ts';

const SHOWN = 20;

/** What the query of a fence in the note `within` finds: the other notes. A newer question of one `asker` takes the place of the one before, whose answer is `null`. */
export async function runQuery(
  client: Client,
  { within, query, asker }: { within: NotePath; query: string; asker: string },
): Promise<QueryFound | null> {
  // One more than is shown tells whether there are more, another may be the note itself.
  const answer = await client
    .call('find.text', { query, limit: SHOWN + 2, asker })
    .catch((error: unknown) => {
      if (error instanceof RambleError && error.code === 'superseded') return null;
      return { failed: error instanceof Error ? error.message : String(error) };
    });
  if (answer === null) return null;
  if ('failed' in answer) return { kind: 'failed', message: answer.failed };
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
