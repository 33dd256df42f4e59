import { z } from 'zod';
import { defineCall } from './call.ts';
import { notePath, shownLine, vaultPath } from './shapes.ts';

export const backlink = z.strictObject({ path: notePath, title: z.string(), lines: z.array(shownLine) });
export type Backlink = z.infer<typeof backlink>;

export const backlinks = z.strictObject({
  backlinks: z.array(backlink),
  /** How many notes have a link, and how many lines, those that are not among `backlinks` included. */
  notes: z.int(),
  lines: z.int(),
});
export type Backlinks = z.infer<typeof backlinks>;

/** A stretch of a note in which another is named: UTF-16 offsets, and what stands there. */
export const mention = z.strictObject({ from: z.int(), to: z.int(), text: z.string().max(1000) });

export const mentions = z.strictObject({
  /** What to write between `[[` and `]]` for the note that is spoken of. */
  link: z.string(),
  notes: z.array(
    z.strictObject({
      path: notePath,
      title: z.string(),
      /** With the first mention of each line. */
      lines: z.array(shownLine.extend({ mention })),
      /** How many more lines of the note have one. */
      more: z.int(),
    }),
  ),
  /** How many notes that have the name in them were not looked into: whether it is a mention is not known of these. */
  unread: z.int(),
});
export type Mentions = z.infer<typeof mentions>;

export const outgoingLink = z.strictObject({
  kind: z.enum(['wikilink', 'embed', 'markdown']),
  target: z.string(),
  line: z.int(),
  resolved: vaultPath.nullable(),
});
export type OutgoingLink = z.infer<typeof outgoingLink>;

export const resolvedTarget = z.strictObject({
  /** The note or attachment, `null` where there is none of that name yet. */
  path: vaultPath.nullable(),
  /** The line of the heading or block that the link names, from 1. */
  line: z.int().nullable(),
});
export type ResolvedTarget = z.infer<typeof resolvedTarget>;

export const tagCount = z.strictObject({ tag: z.string(), notes: z.int() });

export const linksCalls = {
  /** The notes that link to a note, the latest changed first; no more than `limit`, where that is given. */
  'links.backlinks': defineCall(
    z.strictObject({ path: notePath, limit: z.int().min(1).max(1_000_000).optional() }),
    backlinks,
  ),
  /** Where other notes name a note, by its title, file name or an alias, and do not link to it. */
  'links.mentions': defineCall(z.strictObject({ path: notePath, limit: z.int().min(1).max(1000) }), mentions),
  /** Makes a link of a mention; `link` is what stands between the brackets. */
  'links.linkMention': defineCall(
    z.strictObject({
      path: notePath,
      mention,
      link: z
        .string()
        .min(1)
        .max(1000)
        .regex(/^[^[\]|\n]+$/),
    }),
    z.strictObject({}),
  ),
  'links.outgoing': defineCall(
    z.strictObject({ path: notePath }),
    z.strictObject({ links: z.array(outgoingLink) }),
  ),
  /** Resolves link targets (`Note`, `Note#Heading`, `folder/Note#^block`) as Obsidian would from the note `from`, in order. */
  'links.resolve': defineCall(
    z.strictObject({ from: notePath, targets: z.array(z.string().max(4096)).max(5000) }),
    z.strictObject({ targets: z.array(resolvedTarget) }),
  ),
  /** Every tag as first written, with how many notes carry it or a tag nested in it. */
  'links.tags': defineCall(z.strictObject({}), z.strictObject({ tags: z.array(tagCount) })),
  'links.tagged': defineCall(
    z.strictObject({ tag: z.string().max(400) }),
    z.strictObject({
      notes: z.array(z.strictObject({ path: notePath, title: z.string() })),
    }),
  ),
  /** Maps of content (names that begin with `+ `), with how many links lead to each. */
  'links.maps': defineCall(
    z.strictObject({}),
    z.strictObject({
      maps: z.array(z.strictObject({ path: notePath, title: z.string(), backlinks: z.int() })),
    }),
  ),
};
