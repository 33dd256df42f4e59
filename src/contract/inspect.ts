import { z } from 'zod';
import { defineCall } from './call.ts';

const line = z.int().min(1);

/** The whole understanding of a vault, in a stable shape; `docs/inspect.md` describes it. */
export const inspection = z.strictObject({
  notes: z.array(
    z.strictObject({
      path: z.string(),
      title: z.string(),
      aliases: z.array(z.string()),
      tags: z.array(z.string()),
      words: z.int(),
      headings: z.array(z.strictObject({ level: z.int(), text: z.string(), line })),
      blocks: z.array(z.strictObject({ id: z.string(), line })),
      links: z.array(
        z.strictObject({
          kind: z.enum(['wikilink', 'embed', 'markdown']),
          target: z.string(),
          heading: z.string().nullable(),
          block: z.string().nullable(),
          alias: z.string().nullable(),
          line,
          in: z.enum(['body', 'frontmatter', 'comment']),
          resolved: z.string().nullable(),
          fragmentResolved: z.boolean().nullable(),
        }),
      ),
      footnotes: z.strictObject({
        references: z.array(z.strictObject({ label: z.string(), line })),
        definitions: z.array(z.strictObject({ label: z.string(), line })),
      }),
      tasks: z.array(z.strictObject({ state: z.string(), line })),
      urls: z.array(z.strictObject({ url: z.string(), line })),
      fences: z.array(z.strictObject({ language: z.string(), line })),
      highlights: z.array(
        z.strictObject({
          quote: z.string(),
          source: z.string().nullable(),
          reply: z.string().nullable(),
          line,
          endLine: line,
        }),
      ),
    }),
  ),
  attachments: z.array(z.string()),
  unresolved: z.array(z.strictObject({ target: z.string(), count: z.int(), from: z.array(z.string()) })),
  backlinks: z.record(z.string(), z.array(z.string())),
  tags: z.record(z.string(), z.int()),
  problems: z.array(z.strictObject({ path: z.string(), code: z.string(), message: z.string() })),
});
export type Inspection = z.infer<typeof inspection>;

/** What a person is told of a vault's whole understanding, and where it was written. */
export const inspected = z.strictObject({
  /** An {@link inspection} as JSON, in UTF-8, that only this user may read, where one was asked for. Whoever asked takes it away. */
  file: z.string().nullable(),
  notes: z.int(),
  attachments: z.int(),
  tags: z.int(),
  unresolved: z.array(z.strictObject({ target: z.string(), count: z.int() })),
  /** The links to a heading or block that is not there. */
  loose: z.array(
    z.strictObject({
      path: z.string(),
      line,
      target: z.string(),
      heading: z.string().nullable(),
      block: z.string().nullable(),
    }),
  ),
  problems: inspection.shape.problems,
});
export type Inspected = z.infer<typeof inspected>;

export const inspectCalls = {
  /** All of it goes into a file: that of a large vault is longer than a string may be, and would hold up whoever carries it. */
  'inspect.vault': defineCall(z.strictObject({ whole: z.boolean() }), inspected),
};
