import { RambleError } from '../../contract/errors.ts';
import type { RambleEntry, Tonight } from '../../contract/journal.ts';
import type { Settings } from '../../contract/settings.ts';
import type { Revision } from '../../contract/shapes.ts';
import { eveningEnd, eveningOf, type LocalDay, noonOf } from '../../core/journal/day.ts';
import { createRambleReader, rambleName } from '../../core/journal/ramble-name.ts';
import {
  joinPath,
  type NotePath,
  noteName,
  parseNotePath,
  parseVaultPath,
} from '../../core/paths/note-path.ts';
import { fillTemplate } from '../../core/templates/fill-template.ts';
import type { Index } from '../index/index-service.ts';
import type { Vault } from '../vault/vault.ts';
import type { NotesService } from './notes.ts';
import type { SettingsService } from './settings.ts';

const APPEND_TRIES = 5;

export interface JournalService {
  tonight(): Promise<Tonight>;
  /** Every ramble of the vault, wherever it lies, newest first. */
  rambles(): Promise<RambleEntry[]>;
  append(text: string): Promise<{ path: NotePath; revision: Revision; created: boolean }>;
}

export interface JournalParts {
  vault: Vault;
  notes: NotesService;
  settings: SettingsService;
  index: Pick<Index, 'listNotes'>;
  clock: () => Date;
}

export function createJournal({ vault, notes, settings, index, clock }: JournalParts): JournalService {
  async function tonight(): Promise<Tonight> {
    const { journal } = (await settings.get()).values;
    const now = clock();
    const day = eveningOf(now, journal.dayEndsAt);
    const { path, exists } = await pathOf(day, journal);
    return {
      day,
      path,
      exists,
      template: fillTemplate(await templateText(journal), { title: noteName(path), day: noonOf(day), now }),
      dayEndsAt: journal.dayEndsAt,
      endsAtMs: eveningEnd(now, journal.dayEndsAt).getTime(),
    };
  }

  /** The day's ramble: the one that is there, under its exact name or with more text in it, else the one to be made. */
  async function pathOf(
    day: LocalDay,
    journal: Settings['journal'],
  ): Promise<{ path: NotePath; exists: boolean }> {
    const wanted = joinPath(journal.folder, `${rambleName(journal.namePattern, day)}.md`);
    const check = parseNotePath(wanted);
    if (!check.ok) {
      throw new RambleError(
        'bad-name',
        `The settings for rambles give the name “${wanted}”, which cannot be used: ${check.reason}. Change the folder or name pattern.`,
      );
    }
    const dayOf = createRambleReader(journal.namePattern);
    const beside = await vault.notesIn(check.path.slice(0, Math.max(0, check.path.lastIndexOf('/'))));
    if (beside.includes(check.path)) return { path: check.path, exists: true };
    const [other] = beside
      .filter((path) => dayOf(path) === day)
      .toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
    return other === undefined ? { path: check.path, exists: false } : { path: other, exists: true };
  }

  async function templateText(journal: Settings['journal']): Promise<string> {
    if (journal.templateNote === '') return journal.template;
    const named = journal.templateNote.replace(/^\/+/, '').replace(/(\.md)?$/i, '.md');
    const check = parseVaultPath(named);
    if (!check.ok) return journal.template;
    try {
      return (await notes.open(named as NotePath)).text;
    } catch {
      // A template that is gone must not keep anybody from writing tonight.
      return journal.template;
    }
  }

  return {
    tonight,

    async rambles() {
      const { journal } = (await settings.get()).values;
      const dayOf = createRambleReader(journal.namePattern);
      const entries: RambleEntry[] = [];
      for (const { path, title, words } of await index.listNotes()) {
        const day = dayOf(path);
        if (day !== null) entries.push({ day, path, title, words });
      }
      return entries.sort((a, b) => (a.day === b.day ? (a.path < b.path ? -1 : 1) : a.day < b.day ? 1 : -1));
    },

    async append(text) {
      const paragraph = text.replace(/\r\n?/g, '\n').replace(/^\n+|\s+$/g, '');
      if (paragraph === '') throw new RambleError('invalid-params', 'There is no text to append.');
      for (let attempt = 0; attempt < APPEND_TRIES; attempt += 1) {
        const { path, exists, template } = await tonight();
        try {
          if (!exists) {
            const made = await notes.create(path, joinParagraph(template, paragraph));
            return { path, revision: made.revision, created: true };
          }
          const open = await notes.open(path);
          if (open.readOnly !== null) throw new RambleError('read-only', open.readOnly);
          const revision = await notes.replace(path, joinParagraph(open.text, paragraph), open.revision);
          return { path, revision, created: false };
        } catch (error) {
          const lost = error instanceof RambleError && (error.code === 'exists' || error.code === 'conflict');
          if (!lost) throw error;
        }
      }
      throw new RambleError(
        'conflict',
        'Another program kept writing tonight’s ramble. Nothing was appended; try again.',
      );
    },
  };
}

/** `text` with `paragraph` as a paragraph of its own at the end. */
function joinParagraph(text: string, paragraph: string): string {
  if (text === '' || text.endsWith('\n\n')) return `${text}${paragraph}\n`;
  return `${text}${text.endsWith('\n') ? '' : '\n'}\n${paragraph}\n`;
}
