import { syntaxTree } from '@codemirror/language';
import type { EditorState, Range } from '@codemirror/state';
import { Decoration } from '@codemirror/view';
import type { SyntaxNode, SyntaxNodeRef } from '@lezer/common';
import { asWikilinkTarget } from '../../core/links/link-target.ts';
import { linkStatus } from './link-status.ts';
import { sourceHost } from './source-host.ts';
import { SourceLine, TaskBox, VaultImage } from './widgets.ts';

/** A line beyond this is shown as plain text: a pasted megabyte must not stop the keys. */
const LONGEST_MARKED_LINE = 10_000;

const STYLED: Record<string, string> = {
  Emphasis: 'cm-em',
  StrongEmphasis: 'cm-strong',
  InlineCode: 'cm-code',
  Strikethrough: 'cm-struck',
  Marked: 'cm-marked',
  Tag: 'cm-tag',
  NoteComment: 'cm-aside-text',
  Comment: 'cm-aside-text',
  BlockId: 'cm-faint',
  FootnoteReference: 'cm-faint',
  HTMLTag: 'cm-faint',
  CodeInfo: 'cm-faint',
  FrontmatterMark: 'cm-faint',
  ListMark: 'cm-list-mark',
};

/** Marks that step back when the cursor is on another line. */
const STEPS_BACK = new Set([
  'EmphasisMark',
  'StrikethroughMark',
  'MarkedMark',
  'WikilinkMark',
  'WikilinkPipe',
  'QuoteMark',
]);

const hidden = Decoration.replace({});
const faint = Decoration.mark({ class: 'cm-faint' });
const TIME = /^\s*(?:\d{1,2}(?::\d{2})?\s?[ap]m|\d{1,2}:\d{2})(?=\s|$)/i;

export interface MarkContext {
  /** Whether the cursor is on a line that this stretch touches. */
  isActive(from: number, to: number): boolean;
  /** The heading's `#` of the section that holds the cursor stay on screen. */
  activeHeading: number | null;
}

/** What is drawn within the lines between two offsets: marks hidden or faint, links, emphasis, boxes, sources, pictures. */
export function inlineMarks(
  state: EditorState,
  from: number,
  to: number,
  context: MarkContext,
): Range<Decoration>[] {
  const found: Range<Decoration>[] = [];
  const add = (decoration: Decoration, start: number, end: number) => {
    if (end > start) found.push(decoration.range(start, end));
  };
  syntaxTree(state).iterate({
    from,
    to,
    enter(node): boolean | undefined {
      if (node.name === 'Document') return undefined;
      const line = state.doc.lineAt(node.from);
      if (line.length > LONGEST_MARKED_LINE) return node.to > line.to;
      const active = context.isActive(node.from, node.to);
      const style = STYLED[node.name];
      if (style !== undefined) add(Decoration.mark({ class: style }), node.from, node.to);
      if (STEPS_BACK.has(node.name)) add(active ? faint : hidden, node.from, withSpace(state, node));
      switch (node.name) {
        case 'HeaderMark':
          headerMark(node, active);
          break;
        case 'CodeMark':
          if (node.node.parent?.name === 'InlineCode') add(active ? faint : hidden, node.from, node.to);
          else add(faint, node.from, node.to);
          break;
        case 'Paragraph': {
          const time = TIME.exec(state.sliceDoc(node.from, node.from + 12))?.[0];
          if (time !== undefined)
            add(Decoration.mark({ class: 'cm-time' }), node.from, node.from + time.length);
          break;
        }
        case 'Wikilink':
          wikilink(node.node, active);
          return false;
        case 'Embed':
          embed(node.node, active);
          return false;
        case 'Link':
          return link(node.node, active);
        case 'Image':
          image(node.node);
          add(faint, node.from, node.to);
          return false;
        case 'URL':
          add(Decoration.mark({ class: 'cm-link' }), node.from, node.to);
          break;
        case 'TaskMarker':
          if (!active) {
            const done = state.sliceDoc(node.from + 1, node.from + 2).toLowerCase() === 'x';
            add(Decoration.replace({ widget: new TaskBox(done) }), node.from, node.to);
          }
          break;
        case 'HorizontalRule':
          if (!active) add(hidden, node.from, node.to);
          break;
      }
      return undefined;
    },
  });
  return found;

  function headerMark(node: SyntaxNodeRef, active: boolean): void {
    const heading = node.node.parent;
    const opens = heading !== null && node.from === heading.from && heading.name.startsWith('ATX');
    const shown = active || heading?.from === context.activeHeading;
    if (opens && shown) add(Decoration.mark({ class: 'cm-heading-mark' }), node.from, withSpace(state, node));
    else if (opens) add(hidden, node.from, withSpace(state, node));
    else add(active ? faint : hidden, node.from, node.to);
  }

  /** What a link's text looks like: otherwise where there is no such note, heading or block. */
  function linkMark(target: string | null): Decoration {
    const leads = target === null || (state.field(linkStatus, false)?.get(target) ?? true);
    return Decoration.mark({ class: leads ? 'cm-link' : 'cm-link cm-link-new' });
  }

  function wikilink(node: SyntaxNode, active: boolean): void {
    const target = node.getChild('WikilinkTarget');
    const alias = node.getChild('WikilinkAlias');
    if (target === null) return;
    const shown = alias ?? target;
    add(linkMark(state.sliceDoc(target.from, target.to)), active ? target.from : shown.from, shown.to);
    if (active) {
      add(faint, node.from, target.from);
      if (alias !== null) add(faint, target.to, alias.from);
      add(faint, shown.to, node.to);
    } else {
      add(hidden, node.from, shown.from);
      add(hidden, shown.to, node.to);
    }
  }

  function embed(node: SyntaxNode, active: boolean): void {
    const target = node.getChild('WikilinkTarget');
    if (target === null) return;
    const name = state.sliceDoc(target.from, target.to);
    const picture = isPicture(name);
    if (picture && !active) add(hidden, node.from, node.to);
    else add(Decoration.mark({ class: active ? 'cm-faint' : 'cm-link' }), node.from, node.to);
    if (picture) found.push(Decoration.widget({ widget: new VaultImage(name), side: 1 }).range(node.to));
  }

  function image(node: SyntaxNode): void {
    const url = node.getChild('URL');
    const target = url === null ? '' : state.sliceDoc(url.from, url.to);
    if (!/^[a-z][a-z0-9+.-]*:|^\/\//i.test(target) && isPicture(target)) {
      found.push(Decoration.widget({ widget: new VaultImage(decodeURI(target)), side: 1 }).range(node.to));
    }
  }

  /** `[text](address)`; within a quotation `[h.](address)` is its source. */
  function link(node: SyntaxNode, active: boolean): boolean {
    const marks = node.getChildren('LinkMark');
    const url = node.getChild('URL');
    const [open, close] = marks;
    if (url === null || open === undefined || close === undefined) return true;
    const text = state.sliceDoc(open.to, close.from);
    const host = /^h\.?$/i.test(text.trim()) ? sourceHost(state.sliceDoc(url.from, url.to)) : null;
    if (host !== null && !active) {
      add(Decoration.replace({ widget: new SourceLine(host) }), node.from, node.to);
      return false;
    }
    add(linkMark(asWikilinkTarget(state.sliceDoc(url.from, url.to))), open.to, close.from);
    add(active ? faint : hidden, node.from, open.to);
    add(active ? faint : hidden, close.from, node.to);
    return true;
  }
}

const isPicture = (target: string) => /\.(png|jpe?g|gif|webp|avif|bmp|svg)$/i.test(target);

/** A mark's end, with the one space that belongs to it (`> `, `## `). */
function withSpace(state: EditorState, node: SyntaxNodeRef): number {
  if (node.name !== 'QuoteMark' && node.name !== 'HeaderMark') return node.to;
  return state.sliceDoc(node.to, node.to + 1) === ' ' ? node.to + 1 : node.to;
}
