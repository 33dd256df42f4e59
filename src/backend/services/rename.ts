import { ChangeSet } from '@codemirror/state';
import type { CheckedParams, Result } from '../../contract/contract.ts';
import { RambleError } from '../../contract/errors.ts';
import type { RenamePlan, RenameWhat } from '../../contract/rename.ts';
import { understandNote } from '../../core/markdown/understand.ts';
import { type NotePath, noteName } from '../../core/paths/note-path.ts';
import { followHeading } from '../../core/rename/follow-heading.ts';
import { headingsAlong } from '../../core/rename/headings-along.ts';
import { keepLinks } from '../../core/rename/keep-links.ts';
import { renameInQuery } from '../../core/rename/rename-in-queries.ts';
import { shownChanges } from '../../core/rename/shown-changes.ts';
import type { NoteChanges, TextChange } from '../../core/text/text-change.ts';
import type { NoteDocument } from '../documents/document.ts';
import type { FileMove } from '../documents/file-move.ts';
import { inParallel } from '../documents/in-parallel.ts';
import type { Step } from '../documents/several-notes.ts';
import { revisionOf } from '../vault/revision.ts';
import { lookUp, prepareRename, type RenameParts } from './prepare-rename.ts';

/** How many notes are read at a time. */
const AT_ONCE = 16;

export interface RenameService {
  plan(what: RenameWhat): Promise<RenamePlan>;
  run(params: CheckedParams<'rename.run'>): Promise<Result<'rename.run'>>;
}

/** A note that is looked at, and what changes in it at that version. */
interface LookedAt extends NoteChanges {
  document: NoteDocument;
  path: NotePath;
  version: number;
  text: string;
  readOnly: string | null;
}

interface Worked {
  plan: string;
  moves: FileMove[];
  notes: LookedAt[];
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
    const looked = new Map<NotePath, LookedAt>();
    await inParallel(sources, AT_ONCE, async (path) => {
      const note = await look(path);
      if (note !== null) looked.set(path, { ...note, ...changesOf(path, note.text) });
    });
    await takeHeadingsAlong(looked);
    const inOrder = [...looked.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    // In whatever order the notes were read, it is the same plan.
    const strays = inOrder.flatMap(({ path, text, changes, strays: left, readOnly }) => {
      const locked = readOnly === null ? [] : shownChanges(text, changes);
      return [
        ...left.map((stray) => ({ path, ...stray })),
        ...locked.map(({ line, before }) => ({ path, line, text: before, reason: readOnly ?? '' })),
      ].sort((a, b) => a.line - b.line);
    });
    const notes = inOrder.filter(({ changes, readOnly }) => changes.length > 0 && readOnly === null);
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

  /** A note as it is now, where the index knows it from; `null` where it is gone by now. */
  async function look(path: NotePath): Promise<LookedAt | null> {
    const document = await documents.open(path).catch((error: unknown) => {
      if (error instanceof RambleError && error.code === 'not-found') return null;
      throw error;
    });
    // What is reached by another name, as by a link, has its turn by its own.
    if (document === null || document.path !== path) return null;
    const { version, readOnly } = document;
    return { document, path, version, text: document.text.toString(), readOnly, changes: [], strays: [] };
  }

  /** Links to a heading follow it where it has something in it that gets another name, and so reads otherwise. */
  async function takeHeadingsAlong(looked: Map<NotePath, LookedAt>): Promise<void> {
    for (const { path, text, changes } of [...looked.values()]) {
      const along = headingsAlong(path, text, changes);
      if (along === null) continue;
      const { sources, names } = await index.partScope(path, ['heading']);
      const candidates = lookUp(names);
      for (const source of new Set([path, ...(sources as NotePath[])])) {
        const note = looked.get(source) ?? (await look(source));
        if (note === null) continue;
        const facts = understandNote(noteName(source), note.text);
        const followed = followHeading({ path: source, text: note.text, facts }, along, candidates);
        const isFree = ({ from, to }: TextChange) =>
          !note.changes.some((own) => own.from < to && from < own.to);
        const more = followed.changes.filter(isFree);
        if (more.length === 0 && followed.strays.length === 0) continue;
        const all = [...note.changes, ...more].sort((a, b) => a.from - b.from);
        const kept = keepLinks(source, note.text, {
          changes: all,
          strays: [...note.strays, ...followed.strays],
        });
        looked.set(source, { ...note, ...kept });
      }
    }
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
