import { ChangeSet } from '@codemirror/state';
import type { CheckedParams, Result } from '../../contract/contract.ts';
import { RambleError } from '../../contract/errors.ts';
import { excerptOf } from '../../core/extract/excerpt.ts';
import { growSelection } from '../../core/extract/grow-selection.ts';
import { planExtraction } from '../../core/extract/plan-extraction.ts';
import { proposeTitle } from '../../core/extract/propose-title.ts';
import { Reading } from '../../core/extract/reading.ts';
import type { ExtractionPlan } from '../../core/extract/request.ts';
import { type Range, sectionAround, sectionCalled } from '../../core/extract/section.ts';
import { fileKey } from '../../core/links/moved-paths.ts';
import type { Candidates } from '../../core/links/resolve.ts';
import { countWords } from '../../core/markdown/count-words.ts';
import { joinPath, type NotePath, nameKey, noteName, parseNotePath } from '../../core/paths/note-path.ts';
import { safeNoteName } from '../../core/paths/safe-name.ts';
import type { NoteDocument } from '../documents/document.ts';
import type { Documents } from '../documents/documents.ts';
import type { Step } from '../documents/several-notes.ts';
import type { Index } from '../index/index-service.ts';
import type { Vault } from '../vault/vault.ts';
import type { SettingsService } from './settings.ts';

const EXCERPT_LENGTH = 240;

export interface ExtractService {
  propose(params: CheckedParams<'extract.propose'>): Promise<Result<'extract.propose'>>;
  findSection(params: CheckedParams<'extract.findSection'>): Promise<Result<'extract.findSection'>>;
  run(params: CheckedParams<'extract.run'>): Promise<Result<'extract.run'>>;
  takeBack(change: number): Promise<Result<'extract.takeBack'>>;
}

export interface ExtractParts {
  vault: Vault;
  documents: Documents;
  settings: SettingsService;
  index: Pick<Index, 'resolve'>;
}

export function createExtract({ vault, documents, settings, index }: ExtractParts): ExtractService {
  /** What the links of some texts, and some names, mean in the notes at `paths`. */
  async function lookUp(
    paths: NotePath[],
    texts: string[],
    names: string[],
    isNew: boolean,
  ): Promise<Candidates> {
    const links = texts.flatMap((text) => new Reading('', text).spots.map(({ target }) => target));
    const written = names.map((name) => name.replace(/^\[\[|\]\]$/g, '').trim());
    const targets = [...new Set([...paths.map(noteName), ...links, ...written])].filter((one) => one !== '');
    const found = await Promise.all(paths.map((path) => index.resolve(path, targets)));
    const known = found.flat().flatMap(({ path }) => (path === null ? [] : [path]));
    const there = new Set<string>([...known, ...(isNew ? paths.slice(0, 1) : paths)]);
    const byKey = Map.groupBy([...there].sort(), fileKey);
    return (key) => byKey.get(key) ?? [];
  }

  async function freeName(folder: string, name: string): Promise<string> {
    const taken = new Set((await vault.notesIn(folder)).map((path) => nameKey(noteName(path))));
    for (let count = 2; ; count += 1) if (!taken.has(nameKey(`${name} ${count}`))) return `${name} ${count}`;
  }

  /** The note of that name in the folder, whatever its case and Unicode form. */
  async function existing(path: NotePath, folder: string): Promise<NotePath | null> {
    const key = nameKey(path);
    return (await vault.notesIn(folder)).find((other) => nameKey(other) === key) ?? null;
  }

  return {
    async propose({ path, text, selection }) {
      const { extract } = (await settings.get()).values;
      const range = rangeOf(text, selection, noteName(path));
      if (range === null) {
        throw new RambleError(
          'nothing-to-extract',
          'There is nothing to pull out here: select some text, or put the cursor in a section.',
        );
      }
      const moved = text.slice(range.from, range.to);
      return {
        range,
        title: proposeTitle(text, range),
        folder: extract.folder,
        tags: extract.tags,
        parents: [],
        leave: extract.leave,
        excerpt: excerptOf(moved, EXCERPT_LENGTH),
        words: countWords(moved),
      };
    },

    async findSection({ path, heading }) {
      const document = await documents.open(path);
      const text = document.text.toString();
      const section = sectionCalled(text, heading);
      if (section === null) {
        throw new RambleError('nothing-to-extract', `${path} has no section called “${heading}”.`);
      }
      return { selection: { from: section.from, to: section.to }, text, version: document.version };
    },

    async takeBack(change) {
      const { id, left } = await documents.takeBack(change, 'extract');
      return { change: id, left };
    },

    async run({ path, version, range, title, folder, tags, parents, leave, existing: onExisting }) {
      const source = await documents.open(path);
      if (source.readOnly !== null) throw new RambleError('read-only', source.readOnly);
      const name = safeNoteName(title);
      const check = parseNotePath(joinPath(folder, `${name}.md`));
      if (name === '' || !check.ok) {
        throw new RambleError('bad-name', `“${title}” cannot be a note’s name. Give it another title.`);
      }
      const there = await existing(check.path, folder);
      if (there !== null && (onExisting === 'refuse' || there === path)) {
        throw new RambleError(
          'exists',
          `There is a note called “${name}” already. Choose another title, or add to it.`,
          {
            path: there,
            suggestion: await freeName(folder, name),
          },
        );
      }
      const target = there ?? check.path;
      const now = rangeNow(source, version, range);
      const text = source.text.toString();
      const planned = source.version;
      const targetText = there === null ? null : (await documents.open(there)).text.toString();
      const at = new Date();
      const plan = planExtraction({
        source: { path, text },
        parts: [
          {
            ranges: [now],
            title,
            destination:
              targetText === null
                ? { kind: 'new', path: target }
                : { kind: 'existing', path: target, text: targetText, place: { at: 'bottom' } },
          },
        ],
        leave,
        form: {
          tags: [...new Set(tags)],
          parents: [...new Set(parents)],
          parentLine: null,
          template: null,
          liftHeadings: false,
        },
        linking: [],
        candidates: await lookUp(
          [path, target],
          [text, targetText ?? ''],
          [name, ...parents],
          there === null,
        ),
        day: at,
        now: at,
      });
      if (!plan.ok) throw new RambleError('nothing-to-extract', plan.reason);
      const toSource: Step = {
        path,
        change(document) {
          // The plan is for this text; a key that came meanwhile makes another of it.
          if (document.version !== planned) throw changedMeanwhile(path);
          return ChangeSet.of(changesOf(plan, path), document.text.doc.length, '\n');
        },
      };
      const toTarget: Step = {
        path: target,
        ...(there === null
          ? { make: plan.makes[0]?.text ?? '' }
          : {
              change: (document: NoteDocument) => {
                if (document.text.toString() !== targetText) throw changedMeanwhile(target);
                return ChangeSet.of(changesOf(plan, target), document.text.doc.length, '\n');
              },
            }),
      };
      const {
        id,
        documents: [, changed],
      } = await documents.change('extract', 'extract', [toTarget, toSource]);
      const after = changed?.version ?? planned;
      return { path: target, title, change: id, source: { path, version: after }, cursor: plan.cursor };
    },
  };
}

const changesOf = (plan: ExtractionPlan, path: string) =>
  plan.changes.find((note) => note.path === path)?.changes ?? [];

/** The range in the present text, where it was `range` at `version`. Throws `conflict` where the text within it has changed. */
function rangeNow(source: NoteDocument, version: number, range: Range): Range {
  const since = source.editsAfter(version);
  if (since === null) throw changedMeanwhile(source.path);
  let { from, to } = range;
  for (const { changes } of since) {
    if (changes.touchesRange(from, to)) throw changedMeanwhile(source.path);
    from = changes.mapPos(from, 1);
    to = changes.mapPos(to, -1);
  }
  if (to > source.text.doc.length || from >= to)
    throw new RambleError('nothing-to-extract', `There is no such stretch of text in ${source.path}.`);
  return { from, to };
}

function changedMeanwhile(path: NotePath): RambleError {
  return new RambleError('conflict', `The text in ${path} was changed meanwhile. Nothing was pulled out.`);
}

function rangeOf(text: string, selection: Range, name: string): Range | null {
  const bounded = { from: Math.min(selection.from, text.length), to: Math.min(selection.to, text.length) };
  return bounded.from === bounded.to ? sectionAround(text, bounded.from, name) : growSelection(text, bounded);
}
