import type { NotePath } from '../../src/core/paths/note-path.ts';

/** What the authority’s work makes of its note when it renames it, and of the links to it. */
export const RENAMED = 'sub/new name.md' as NotePath;
export const LINK = '[[note]]';
export const LINK_AFTER = '[[sub/new name|note]]';

/** The same where the name differs in letter case only. */
export const RESPELLED = 'Note.md' as NotePath;
export const LINK_RESPELLED = '[[Note]]';

/** What is on `page.md` before it is merged into the note. */
export const FOLDED = 'what was on the page';

/** What becomes of the links where the part that they meant is extracted. */
export const LINK_TO_PAGE = '[[page]]';
