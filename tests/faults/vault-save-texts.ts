/** Longer than a few sectors of a disk, and nowhere zero. */
export const OLD = Buffer.from('The old text, line after line.\n'.repeat(100));
export const NEW = Buffer.from('What was typed this evening, and is longer.\n'.repeat(150));
export const CREATED = Buffer.from('A note made tonight.\n'.repeat(80));
/** So long that it is written in several parts. */
export const LARGE = Buffer.alloc(1_200_000, CREATED);
