import { z } from 'zod';
import { defineCall } from './call.ts';
import { notePath, queryText, shownLine } from './shapes.ts';

export const quickMatch = z.strictObject({
  path: notePath,
  title: z.string(),
  /** What matched: the title, an alias, the path or a heading. */
  kind: z.enum(['title', 'alias', 'path', 'heading']),
  /** The text that matched, where it is not the title. */
  matched: z.string(),
  /** The line of a matched heading, from 1. */
  line: z.int().nullable(),
});
export type QuickMatch = z.infer<typeof quickMatch>;

/** A note that was found, with the lines that show it best, and how many more there are. */
export const searchHit = z.strictObject({
  path: notePath,
  title: z.string(),
  lines: z.array(shownLine),
  more: z.int(),
});
export type SearchHit = z.infer<typeof searchHit>;

const searchError = z.strictObject({ message: z.string(), from: z.int(), to: z.int() });
/** What is wrong with a query, and where: UTF-16 offsets in it. */
export type SearchError = z.infer<typeof searchError>;

/** What was found (`partial` says why some of it may be missing), or where the query is wrong. */
export const searchAnswer = z.union([
  z.strictObject({ hits: z.array(searchHit), partial: z.string().nullable() }),
  z.strictObject({ error: searchError }),
]);
export type SearchAnswer = z.infer<typeof searchAnswer>;

const limit = z.int().min(1).max(200);

export const findCalls = {
  /** Notes by title, alias, path and heading (`#`: headings only), best first; when the query is empty those opened lately and often. */
  'find.quick': defineCall(
    z.strictObject({ query: queryText, limit }),
    z.strictObject({ matches: z.array(quickMatch) }),
  ),
  /** What a note says from a line on (from 1), or from its beginning after its properties; `null` where it cannot be read as text. */
  'find.preview': defineCall(
    z.strictObject({ path: notePath, line: z.int().min(1).nullable() }),
    z.strictObject({
      preview: z.strictObject({ from: z.int(), lines: z.array(z.string()) }).nullable(),
    }),
  ),
  /** What `[[` completes to: the link text to write for each note, best first. */
  'find.linkTargets': defineCall(
    z.strictObject({ query: queryText, from: notePath, limit }),
    z.strictObject({
      targets: z.array(
        z.strictObject({ path: notePath, title: z.string(), link: z.string(), alias: z.string().nullable() }),
      ),
    }),
  ),
  /**
   * Search by the language of docs/search.md. `typing`: the end of the query may not be finished. A newer question of the same `asker`
   * takes the place of one that waits, and stops one that takes long: they fail with `superseded`.
   */
  'find.text': defineCall(
    z.strictObject({
      query: queryText,
      limit,
      typing: z.boolean().optional(),
      asker: z.string().max(2200).optional(),
    }),
    searchAnswer,
  ),
  /** Tells quick open that a note was looked at. */
  'find.visited': defineCall(z.strictObject({ path: notePath }), z.strictObject({})),
  /** Holds the reading of the notes where it is, or goes on with it. What is written meanwhile is found all the same. */
  'find.pauseReading': defineCall(z.strictObject({ paused: z.boolean() }), z.strictObject({})),
  /** Notes that vanished all at once are still known; this says that they are gone indeed. */
  'find.acceptMissing': defineCall(z.strictObject({}), z.strictObject({})),
};
