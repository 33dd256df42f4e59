import { ChangeSet } from '@codemirror/state';
import type { CheckedParams, Result } from '../../contract/contract.ts';
import { RambleError } from '../../contract/errors.ts';
import type { RenamePlan, RenameWhat } from '../../contract/rename.ts';
import type { NotePath } from '../../core/paths/note-path.ts';
import { renameInQuery } from '../../core/rename/rename-in-queries.ts';
import { shownChanges } from '../../core/rename/shown-changes.ts';
import type { NoteChanges } from '../../core/text/text-change.ts';
import type { NoteDocument } from '../documents/document.ts';
import type { FileMove } from '../documents/file-move.ts';
import { inParallel } from '../documents/in-parallel.ts';
import type { Step } from '../documents/several-notes.ts';
import { revisionOf } from '../vault/revision.ts';
import { prepareRename, type RenameParts } from './prepare-rename.ts';

/** How many notes are read at a time. */
const AT_ONCE = 16;

export interface RenameService {
  plan(what: RenameWhat): Promise<RenamePlan>;
  run(params: CheckedParams<'rename.run'>): Promise<Result<'rename.run'>>;
}

/** A note that changes, at the version that the changes are for. */
interface ChangedNote extends NoteChanges {
  document: NoteDocument;
  path: NotePath;
  version: number;
  text: string;
}

interface Worked {
  plan: string;
  moves: FileMove[];
  notes: ChangedNote[];
  strays: RenamePlan['strays'];
  searches: RenamePlan['searches'];
}

export function createRename(parts: RenameParts): RenameService {
  const { documents, index, settings } = parts;

  /** Everything that a rename changes, of the notes as they are now. */
  async function workOut(what: RenameWhat): Promise<Worked> {
    // The index knows files: what was typed a moment ago is put into them first.
    await documents.flushAll();
    await index.settled();
    const { sources, moves, changesOf, inQueries } = await prepareRename(parts, what);
    const strays: RenamePlan['strays'] = [];
    const found = await inParallel(sources, AT_ONCE, async (path): Promise<ChangedNote | null> => {
      const document = await documents.open(path).catch((error: unknown) => {
        // What the index knows may be gone by now.
        if (error instanceof RambleError && error.code === 'not-found') return null;
        throw error;
      });
      // What is reached by another name, as by a link, has its turn by its own.
      if (document === null || document.path !== path) return null;
      const text = document.text.toString();
      const { changes, strays: left } = changesOf(path, text);
      for (const stray of left) strays.push({ path, ...stray });
      const { readOnly, version } = document;
      if (readOnly === null) return { document, path, version, text, changes, strays: left };
      for (const { line, before } of shownChanges(text, changes))
        strays.push({ path, line, text: before, reason: readOnly });
      return null;
    });
    // In whatever order the notes were read, it is the same plan.
    strays.sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
    const notes = found.filter((note) => note !== null).filter(({ changes }) => changes.length > 0);
    const saved = inQueries === null ? [] : (await settings.get()).values.searches;
    const searches = saved.flatMap(({ name, query }) => {
      const after = inQueries === null ? query : renameInQuery(query, inQueries);
      return after === query ? [] : [{ name, before: query, after }];
    });
    const told = [
      what,
      moves,
      searches,
      notes.map(({ document, version, changes }) => [document.id, version, changes]),
      strays,
    ];
    return { plan: revisionOf(Buffer.from(JSON.stringify(told))), moves, notes, strays, searches };
  }

  return {
    async plan(what) {
      const { plan, moves, notes, strays, searches } = await workOut(what);
      return {
        plan,
        moves: moves.map(({ from, to }) => ({ from, to })),
        notes: notes.map(({ path, text, changes }) => ({ path, lines: shownChanges(text, changes) })),
        places: notes.reduce((sum, { changes }) => sum + changes.length, 0),
        strays,
        searches,
      };
    },

    async run({ what, plan, leaveStrays, awaitFiles = false }) {
      const worked = await workOut(what);
      if (worked.plan !== plan) throw changedMeanwhile();
      if (worked.strays.length > 0 && !leaveStrays)
        throw new RambleError('conflict', 'Some links cannot follow, so nothing was renamed.', {
          strays: worked.strays.length,
        });
      const steps = worked.notes.map(
        ({ path, version, changes }): Step => ({
          path,
          change(document) {
            // The plan is for this text; a key that came meanwhile makes another of it.
            if (document.version !== version) throw changedMeanwhile();
            return ChangeSet.of(changes, document.text.doc.length, '\n');
          },
        }),
      );
      const { id } = await documents.change('renamed', 'rename', steps, {
        moves: worked.moves,
        searches: worked.searches,
        awaitFiles,
      });
      return { change: id, notes: steps.length };
    },
  };
}

function changedMeanwhile(): RambleError {
  return new RambleError(
    'conflict',
    'A note was changed meanwhile, so nothing was renamed. Look again, and then go on.',
  );
}
