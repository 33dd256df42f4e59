import { ChangeSet } from '@codemirror/state';
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
import type { NoteDocument } from '../documents/document.ts';
import type { Documents } from '../documents/documents.ts';
import type { Index } from '../index/index-service.ts';
import type { Vault } from '../vault/vault.ts';
import type { SettingsService } from './settings.ts';

export interface JournalService {
  tonight(): Promise<Tonight>;
  /** Every ramble of the vault, wherever it lies, newest first. */
  rambles(): Promise<RambleEntry[]>;
  append(text: string): Promise<{ path: NotePath; revision: Revision; created: boolean }>;
}

export interface JournalParts {
  vault: Vault;
  documents: Documents;
  settings: SettingsService;
  index: Pick<Index, 'rambles'>;
  clock: () => Date;
}

export function createJournal({ vault, documents, settings, index, clock }: JournalParts): JournalService {
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
      return (await documents.open(named as NotePath)).text.toString();
    } catch {
      // A template that is gone must not keep anybody from writing tonight.
      return journal.template;
    }
  }

  return {
    tonight,

    async rambles() {
      const { journal } = (await settings.get()).values;
      return index.rambles(journal.namePattern);
    },

    async append(text) {
      const paragraph = text.replace(/\r\n?/g, '\n').replace(/^\n+|\s+$/g, '');
      if (paragraph === '') throw new RambleError('invalid-params', 'There is no text to append.');
      const { path, exists, template } = await tonight();
      const created = !exists && (await documents.open(path, template)).disk.revision === null;
      const add = (document: NoteDocument) => {
        const { doc } = document.text;
        const before = doc.sliceString(Math.max(0, doc.length - 2));
        return ChangeSet.of({ from: doc.length, insert: asParagraph(before, paragraph) }, doc.length, '\n');
      };
      const {
        documents: [document],
      } = await documents.change('append', 'app', [{ path, change: add }]);
      const revision = document?.disk.revision;
      if (revision == null) throw new RambleError('io', `Nothing could be written in ${path}.`);
      return { path, revision, created };
    },
  };
}

/** `paragraph` as one of its own at the end of a text that ends in `before` (its last two characters). */
function asParagraph(before: string, paragraph: string): string {
  if (before === '' || before === '\n\n') return `${paragraph}\n`;
  return `${before.endsWith('\n') ? '' : '\n'}\n${paragraph}\n`;
}
