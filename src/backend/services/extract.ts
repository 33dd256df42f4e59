import type { CheckedParams, Result } from '../../contract/contract.ts';
import { RambleError } from '../../contract/errors.ts';
import { excerptOf } from '../../core/extract/excerpt.ts';
import { growSelection } from '../../core/extract/grow-selection.ts';
import { applyChange, type ExtractOptions, planExtract, proposeTitle } from '../../core/extract/plan.ts';
import { type Range, sectionAround, sectionCalled } from '../../core/extract/section.ts';
import { countWords } from '../../core/markdown/plain-text.ts';
import { joinPath, type NotePath, nameKey, noteName, parseNotePath } from '../../core/paths/note-path.ts';
import { safeNoteName } from '../../core/paths/safe-name.ts';
import type { Index } from '../index/index-service.ts';
import type { Vault } from '../vault/vault.ts';
import type { NotesService } from './notes.ts';
import type { SettingsService } from './settings.ts';

const EXCERPT_LENGTH = 240;

export interface ExtractService {
  propose(params: CheckedParams<'extract.propose'>): Promise<Result<'extract.propose'>>;
  findSection(params: CheckedParams<'extract.findSection'>): Promise<Result<'extract.findSection'>>;
  run(params: CheckedParams<'extract.run'>): Promise<Result<'extract.run'>>;
}

export interface ExtractParts {
  vault: Vault;
  notes: NotesService;
  settings: SettingsService;
  index: Pick<Index, 'resolve'>;
}

export function createExtract({ vault, notes, settings, index }: ExtractParts): ExtractService {
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
      const { text, revision } = await notes.open(path);
      const section = sectionCalled(text, heading);
      if (section === null) {
        throw new RambleError('nothing-to-extract', `${path} has no section called “${heading}”.`);
      }
      return { selection: { from: section.from, to: section.to }, text, revision };
    },

    async run({ path, base, range, title, folder, tags, parents, leave, existing: onExisting }) {
      const source = await notes.open(path);
      if (source.readOnly !== null) throw new RambleError('read-only', source.readOnly);
      if (source.revision !== base) {
        throw new RambleError(
          'conflict',
          `${path} was changed by another program meanwhile. Nothing was pulled out.`,
        );
      }
      if (range.to > source.text.length || range.from >= range.to) {
        throw new RambleError('nothing-to-extract', `There is no such stretch of text in ${path}.`);
      }
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
      const plan = planExtract(source.text, range, options);
      const text = applyChange(source.text, plan.change);
      const undo = there === null ? await make(target, plan.newText) : await append(target, plan.appendText);
      try {
        const revision = await notes.replace(path, text, base);
        return { path: target, title, source: { path, revision, text }, cursor: plan.cursor };
      } catch (error) {
        await undo();
        throw error;
      }
    },
  };

  /** A link to the new note: its bare name only where nothing else answers to it. */
  async function linkTo(target: NotePath, exists: boolean, from: NotePath): Promise<string> {
    if (exists) return spell(target, from);
    const name = noteName(target);
    return (await resolves(from, name)) === null ? name : target.replace(/\.md$/i, '');
  }

  async function make(target: NotePath, text: string): Promise<() => Promise<void>> {
    const { revision } = await notes.create(target, text);
    return () => vault.removeNew(target, revision);
  }

  async function append(target: NotePath, addition: string): Promise<() => Promise<void>> {
    const open = await notes.open(target);
    if (open.readOnly !== null) throw new RambleError('read-only', open.readOnly);
    const gap =
      open.text === '' || open.text.endsWith('\n\n') ? '' : open.text.endsWith('\n') ? '\n' : '\n\n';
    const revision = await notes.replace(target, `${open.text}${gap}${addition}`, open.revision);
    return async () => {
      await notes.replace(target, open.text, revision);
    };
  }
}

function rangeOf(text: string, selection: Range, name: string): Range | null {
  const bounded = { from: Math.min(selection.from, text.length), to: Math.min(selection.to, text.length) };
  return bounded.from === bounded.to ? sectionAround(text, bounded.from, name) : growSelection(text, bounded);
}
