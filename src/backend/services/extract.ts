import { ChangeSet } from '@codemirror/state';
import type { CheckedParams, Result } from '../../contract/contract.ts';
import { RambleError } from '../../contract/errors.ts';
import { excerptOf } from '../../core/extract/excerpt.ts';
import { growSelection } from '../../core/extract/grow-selection.ts';
import { type ExtractOptions, planExtract, proposeTitle } from '../../core/extract/plan.ts';
import { type Range, sectionAround, sectionCalled } from '../../core/extract/section.ts';
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
  async function resolves(from: NotePath, target: string): Promise<string | null> {
    return (await index.resolve(from, [target]))[0]?.path ?? null;
  }

  /** How a note that is there is spelled in a link from `from`: its name where that means it, else its path. */
  async function spell(path: string, from: NotePath): Promise<string> {
    const name = noteName(path);
    return (await resolves(from, name)) === path ? name : path.replace(/\.md$/i, '');
  }

  async function spellParent(typed: string, source: NotePath, from: NotePath): Promise<string> {
    const target = typed.replace(/^\[\[|\]\]$/g, '').trim();
    const path = await resolves(source, target);
    if (path === null) return target.replace(/[[\]|]/g, ' ').trim();
    return path === from ? target : spell(path, from);
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
      const options: ExtractOptions = {
        title,
        name,
        link: await linkTo(target, there !== null, path),
        sourceLink: await spell(path, target),
        tags: [...new Set(tags)],
        parents: [...new Set(await Promise.all(parents.map((parent) => spellParent(parent, path, target))))],
        leave,
      };
      const now = rangeNow(source, version, range);
      const text = source.text.toString();
      const plan = planExtract(text, now, options);
      const planned = source.version;
      const toSource: Step = {
        path,
        change(document) {
          // The plan is for this text; a key that came meanwhile makes another of it.
          if (document.version !== planned) throw changedMeanwhile(path);
          const { from, to, insert } = plan.change;
          return ChangeSet.of({ from, to, insert }, document.text.doc.length, '\n');
        },
      };
      const toTarget: Step =
        there === null
          ? { path: target, make: plan.newText }
          : { path: target, change: (document) => appended(document, plan.appendText) };
      const {
        id,
        documents: [, changed],
      } = await documents.change('extract', 'extract', [toTarget, toSource]);
      const after = changed?.version ?? planned;
      return { path: target, title, change: id, source: { path, version: after }, cursor: plan.cursor };
    },
  };

  /** A link to the new note: its bare name only where nothing else answers to it. */
  async function linkTo(target: NotePath, exists: boolean, from: NotePath): Promise<string> {
    if (exists) return spell(target, from);
    const name = noteName(target);
    return (await resolves(from, name)) === null ? name : target.replace(/\.md$/i, '');
  }
}

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

function appended({ text: { doc } }: NoteDocument, addition: string): ChangeSet {
  const last = doc.sliceString(Math.max(0, doc.length - 2));
  const gap = last === '' || last === '\n\n' ? '' : last.endsWith('\n') ? '\n' : '\n\n';
  return ChangeSet.of({ from: doc.length, insert: gap + addition }, doc.length, '\n');
}

function changedMeanwhile(path: NotePath): RambleError {
  return new RambleError('conflict', `The text in ${path} was changed meanwhile. Nothing was pulled out.`);
}

function rangeOf(text: string, selection: Range, name: string): Range | null {
  const bounded = { from: Math.min(selection.from, text.length), to: Math.min(selection.to, text.length) };
  return bounded.from === bounded.to ? sectionAround(text, bounded.from, name) : growSelection(text, bounded);
}
