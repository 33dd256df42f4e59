import { backlinks, outgoing } from './backlinks.ts';
import { linkingTo, pathsCalled } from './extract-scope.ts';
import { inspect } from './inspect.ts';
import { linkTargets } from './link-targets.ts';
import { listNotes, maps, rambles } from './lists.ts';
import { mentions } from './mentions.ts';
import { preview, quick } from './quick.ts';
import { filesUnder, moveScope, notesWithQueries, partScope } from './rename-scope.ts';
import { resolveTargets } from './resolve-targets.ts';
import { tagged, tags } from './tags.ts';
import { textSearch } from './text-search.ts';

/** Every query that the reader answers, by its name in {@link Index}. */
export const queries = {
  quick,
  preview,
  linkTargets,
  textSearch,
  backlinks,
  outgoing,
  mentions,
  resolve: resolveTargets,
  tags,
  tagged,
  maps,
  listNotes,
  rambles,
  inspect,
  moveScope,
  partScope,
  filesUnder,
  linkingTo,
  pathsCalled,
  notesWithQueries,
};

export type Queries = typeof queries;
