import type { TextChange } from '../text/text-change.ts';
import type { Draft } from './draft.ts';
import type { Read, Reading } from './reading.ts';

/** The draft of a note that text came into, with other ids for the blocks that came where the note has a block of the same id. */
export function settleBlockIds(draft: Draft, before: ReadonlyMap<string, Reading>, read: Read): Draft {
  const blocks = read(draft.path, draft.text).blockIds.map((block) => ({
    ...block,
    key: block.id.toLowerCase(),
    origin: draft.originOf(block.from),
  }));
  const keys = new Set(blocks.map(({ key }) => key));
  const changes: TextChange[] = [];
  for (const [key, same] of Map.groupBy(blocks, (block) => block.key)) {
    const came = same.filter(({ origin }) => origin !== null && origin.way !== 'stays');
    // Among blocks that came together the first of an id stays the first.
    if (came.length === 0 || came.length === same.length) continue;
    const first = before.get(draft.path)?.blockIds.find(({ id }) => id.toLowerCase() === key);
    const isWithin = came.every(({ origin }) => origin?.path === draft.path);
    if (isWithin && same[0]?.origin?.offset === first?.from) continue;
    for (const { id, from, to } of came) {
      const fresh = freshId(id, keys);
      keys.add(fresh.toLowerCase());
      changes.push({ from: from + 1, to, insert: fresh });
    }
  }
  return draft.rewrite(changes.sort((a, b) => a.from - b.from));
}

function freshId(id: string, taken: ReadonlySet<string>): string {
  for (let count = 2; ; count += 1) if (!taken.has(`${id}-${count}`.toLowerCase())) return `${id}-${count}`;
}
