import { tags } from '@lezer/highlight';
import type { BlockContext, LeafBlock, LeafBlockParser, MarkdownConfig } from '@lezer/markdown';

const TASK = /^\[([^\]\s]|[ ])\](?=\s|$)/u;

class TaskParser implements LeafBlockParser {
  nextLine(): boolean {
    return false;
  }

  finish(context: BlockContext, leaf: LeafBlock): boolean {
    const marker = TASK.exec(leaf.content)?.[0].length ?? 0;
    const inside = leaf.start + marker;
    context.addLeafElement(
      leaf,
      context.elt('Task', leaf.start, leaf.start + leaf.content.length, [
        context.elt('TaskMarker', leaf.start, inside),
        ...context.parser.parseInline(leaf.content.slice(marker), inside),
      ]),
    );
    return true;
  }
}

/** List items that begin with `[ ]` or `[x]`, or any one character in its place: Obsidian’s themes give them meanings. */
export const taskSyntax: MarkdownConfig = {
  defineNodes: [
    { name: 'Task', block: true, style: tags.list },
    { name: 'TaskMarker', style: tags.atom },
  ],
  parseBlock: [
    {
      name: 'TaskList',
      after: 'SetextHeading',
      leaf: (context, leaf) =>
        context.parentType().name === 'ListItem' && TASK.test(leaf.content) ? new TaskParser() : null,
    },
  ],
};
