import { ChangeSet } from '@codemirror/state';
import type { CheckedParams, Result } from '../../../contract/contract.ts';
import { RambleError } from '../../../contract/errors.ts';
import type { ExtractPlan, ExtractWhat } from '../../../contract/extract.ts';
import { createReader } from '../../../core/extract/reading.ts';
import { sectionCalled } from '../../../core/extract/section.ts';
import type { NotePath } from '../../../core/paths/note-path.ts';
import { hunksOf } from '../../../core/text/hunks.ts';
import type { TextChange } from '../../../core/text/text-change.ts';
import type { NoteDocument } from '../../documents/document.ts';
import type { Step } from '../../documents/several-notes.ts';
import { revisionOf } from '../../vault/revision.ts';
import type { Taken } from './involved.ts';
import type { LastChoices } from './last-choices.ts';
import {
  changedMeanwhile,
  type ExtractParts,
  type PreparedExtract,
  prepareExtract,
  prepareFoldBack,
} from './prepare-extract.ts';
import { proposeExtract } from './propose-extract.ts';

export interface ExtractService {
  propose(params: CheckedParams<'extract.propose'>): Promise<Result<'extract.propose'>>;
  findSection(params: CheckedParams<'extract.findSection'>): Promise<Result<'extract.findSection'>>;
  plan(what: ExtractWhat): Promise<ExtractPlan>;
  run(params: CheckedParams<'extract.run'>): Promise<Result<'extract.run'>>;
}

/** How long after the last plan the notes that it was made from may still be asked for. */
const FORGET_MS = 60_000;

/** A note that changes, at the version that the changes are for. */
interface ChangedNote extends Taken {
  changes: readonly TextChange[];
}

interface Worked {
  plan: string;
  source: NoteDocument;
  taken: PreparedExtract['taken'];
  paths: NotePath[];
  makes: { path: NotePath; text: string }[];
  notes: ChangedNote[];
  trashes: ExtractPlan['trashes'];
  strays: ExtractPlan['strays'];
  files: ExtractPlan['files'];
  keptProperties: string[];
  cursor: number;
}

export function createExtract(
  given: Omit<ExtractParts, 'reader'> & { choices: LastChoices },
): ExtractService {
  const { documents, index, choices } = given;
  const reader = createReader();
  const parts = { ...given, reader };
  let forgetting: NodeJS.Timeout | undefined;

  /** Everything that an extraction changes, of the notes as they are; `now` is what its templates say. */
  async function workOut(what: ExtractWhat, now: Date): Promise<Worked> {
    clearTimeout(forgetting);
    forgetting = setTimeout(reader.forget, FORGET_MS).unref();
    // The index knows files: what was typed a moment ago is put into them first.
    await documents.flushAll();
    const settled = index.settled();
    // Who asks the index hears of a failure.
    settled.catch(() => undefined);
    const prepared =
      what.kind === 'extract'
        ? await prepareExtract(parts, what, now, settled)
        : await prepareFoldBack(parts, what, now, settled);
    const { plan, source, paths, taken } = prepared;
    const strays = [...plan.strays] as ExtractPlan['strays'];
    const notes: ChangedNote[] = [];
    for (const { path, changes } of plan.changes) {
      const note = taken.get(path);
      if (note === undefined || changes.length === 0) continue;
      const { document, text } = note;
      if (document.unwritable === null) notes.push({ ...note, changes });
      else if (document === source || paths.includes(document.path))
        throw new RambleError('read-only', document.unwritable);
      else
        for (const { line, before } of shownLines(text, changes))
          strays.push({ path: document.path, line, text: before, reason: document.unwritable });
    }
    const makes = plan.makes as Worked['makes'];
    const trashes = plan.trashes as Worked['trashes'];
    const files = plan.files as Worked['files'];
    const told = [
      what,
      makes,
      files,
      notes.map(({ document, version, changes }) => [document.id, version, changes]),
      trashes,
      strays,
    ];
    const hash = revisionOf(Buffer.from(JSON.stringify(told)));
    return {
      plan: `${hash}-${now.getTime()}`,
      source,
      taken,
      paths,
      makes,
      notes,
      trashes,
      strays,
      files,
      keptProperties: plan.keptProperties,
      cursor: plan.cursor,
    };
  }

  return {
    propose: (params) => proposeExtract(parts, params),

    async findSection({ path, heading }) {
      const document = await documents.open(path);
      const text = document.text.toString();
      const section = sectionCalled(text, heading);
      if (section === null) {
        throw new RambleError('nothing-to-extract', `${path} has no section called “${heading}”.`);
      }
      return { selection: { from: section.from, to: section.to }, text, version: document.version };
    },

    async plan(what) {
      const { plan, makes, notes, trashes, files, keptProperties, strays } = await workOut(
        what,
        given.clock(),
      );
      return {
        plan,
        makes,
        notes: notes.map(({ document, text, changes }) => ({
          path: document.path,
          hunks: shownLines(text, changes),
        })),
        trashes,
        files,
        keptProperties,
        strays,
      };
    },

    async run({ what, plan, leaveStrays, awaitFiles = false }) {
      const worked = await workOut(what, plan === null ? given.clock() : momentOf(plan));
      if (plan !== null && worked.plan !== plan) throw changedMeanwhile(what.path);
      if (worked.strays.length > 0 && !leaveStrays)
        throw new RambleError('conflict', 'Some links cannot follow, so nothing was pulled out.', {
          strays: worked.strays.length,
        });
      const steps: Step[] = [
        ...worked.makes.map(
          ({ path, text }): Step => ({ path, make: text, lineEnd: worked.source.text.lineEnd }),
        ),
        ...worked.notes.map(
          ({ changes, ...taken }): Step => ({
            path: taken.document.path,
            change(document) {
              mustBeAsTaken(document, taken);
              return ChangeSet.of(changes, document.text.doc.length, '\n');
            },
          }),
        ),
        ...worked.trashes.map(
          ({ path }): Step => ({
            path,
            trash: true,
            change(document) {
              // What came into it meanwhile would be in no note.
              mustBeAsTaken(document, worked.taken.get(path));
              return undefined;
            },
          }),
        ),
      ];
      const moves = worked.files.flatMap(({ from, to, goes }) =>
        goes ? [{ from, to, isFolder: false }] : [],
      );
      const { id } = await documents.change('extract', 'extract', steps, { moves, awaitFiles });
      if (what.kind === 'extract') remember(what);
      const { source, paths, cursor } = worked;
      const own = new Set<string>([source.path, ...paths]);
      const followed = worked.notes.filter(({ document }) => !own.has(document.path)).length;
      return { paths, change: id, source: { path: source.path, version: source.version }, cursor, followed };
    },
  };

  function remember({ how, parts: [first], form }: Extract<ExtractWhat, { kind: 'extract' }>): void {
    const folder = first?.to.kind === 'new' ? first.to.folder : choices.of(how)?.folder;
    // Files go along only where somebody has just seen that they do.
    choices.remember(how, { folder: folder ?? '', form: { ...form, takeFiles: false } });
  }
}

/** Throws `conflict` where a note is not the one, at the version, that a plan is for: a key that came meanwhile makes another text of it. */
function mustBeAsTaken(document: NoteDocument, taken: Taken | undefined): void {
  if (document.id !== taken?.document.id || document.version !== taken.version)
    throw changedMeanwhile(document.path);
}

/** When a plan was made: what was shown with a time in it is made with that time. */
const momentOf = (plan: string) => new Date(Number(plan.slice(plan.indexOf('-') + 1)));

/** Of changes that were shown before: most notes change alike in each plan, and their changes stay the same object. */
const shown = new WeakMap<readonly TextChange[], ReturnType<typeof linesOf>>();

/** The lines of a text that changes make others of, for showing. */
function shownLines(text: string, changes: readonly TextChange[]) {
  const lines = shown.get(changes) ?? linesOf(text, changes);
  shown.set(changes, lines);
  return lines;
}

function linesOf(text: string, changes: readonly TextChange[]) {
  let line = 1;
  let counted = 0;
  return hunksOf(text, changes).map(({ from, before, after }) => {
    for (let end = text.indexOf('\n', counted); end >= 0 && end < from; end = text.indexOf('\n', counted)) {
      line += 1;
      counted = end + 1;
    }
    return { line, before, after };
  });
}
