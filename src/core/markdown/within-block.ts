import type { BlockContext, Line } from '@lezer/markdown';

/** Whether the line that was just read is still inside the quotes and lists around a block; Lezer keeps to itself how deep it came. */
export function isWithin(context: BlockContext, line: Line): boolean {
  return (line as Line & { depth: number }).depth >= context.depth;
}

/**
 * Ends a block at `to` (a position within the line's text): what follows on the line is read as if it began there. Gives what the block
 * parser has to give back.
 */
export function endWithin(context: BlockContext, line: Line, to: number): true | null {
  if (line.text.slice(to).trim() === '') {
    context.nextLine();
    return true;
  }
  line.moveBase(to);
  return null;
}
