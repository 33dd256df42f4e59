import { Autolink, type MarkdownExtension, parser, Strikethrough, Table } from '@lezer/markdown';
import { footnoteSyntax } from './footnote-syntax.ts';
import { frontmatterSyntax } from './frontmatter-syntax.ts';
import { linkSyntax } from './link-syntax.ts';
import { markSyntax } from './mark-syntax.ts';
import { mathSyntax } from './math-syntax.ts';
import { nestingSyntax } from './nesting-syntax.ts';
import { obsidianSyntax } from './obsidian-syntax.ts';
import { taskSyntax } from './task-syntax.ts';

/** What a note's grammar adds to CommonMark. The editor configures its language with the same list. */
export const noteSyntax: MarkdownExtension = [
  nestingSyntax,
  frontmatterSyntax,
  Table,
  taskSyntax,
  Strikethrough,
  Autolink,
  footnoteSyntax,
  mathSyntax,
  obsidianSyntax,
  linkSyntax,
  markSyntax,
];

/** The definition of what a note means. */
export const noteParser = parser.configure(noteSyntax);
