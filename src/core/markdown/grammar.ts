import { Autolink, type MarkdownExtension, parser, Strikethrough, Table, TaskList } from '@lezer/markdown';
import { frontmatterSyntax } from './frontmatter-syntax.ts';
import { obsidianSyntax } from './obsidian-syntax.ts';

/** What a note's grammar adds to CommonMark. The editor configures its language with the same list. */
export const noteSyntax: MarkdownExtension = [
  frontmatterSyntax,
  Table,
  TaskList,
  Strikethrough,
  Autolink,
  obsidianSyntax,
];

/** The definition of what a note means. */
export const noteParser = parser.configure(noteSyntax);
