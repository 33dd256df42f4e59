import { z } from 'zod';
import type { Settings } from '../../contract/settings.ts';
import { folderPath } from '../../contract/shapes.ts';
import type { ReadSettings } from './read-json.ts';

/** Settings that other programs keep in `.obsidian/`, as far as they say something; never written. */
export interface ObsidianSettings {
  journal: Layer<Settings['journal']>;
  extract: Layer<Settings['extract']>;
}

export type Layer<Values> = { [Name in keyof Values]?: Values[Name] | undefined };

/** A part of a file of somebody else's: what is of another type is left, the rest taken. */
const taken = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);
const name = z.string().min(1).max(4096);
const template = z.string().max(100_000);

const dailyNotes = z.object({
  folder: taken(folderPath),
  format: taken(z.string().min(1).max(200)),
  template: taken(name),
});

const noteComposer = z.object({
  replacementText: taken(z.enum(['link', 'embed', 'none'])),
  template: taken(name),
});

const app = z.object({
  newFileLocation: taken(z.enum(['root', 'current', 'folder'])),
  newFileFolderPath: taken(folderPath),
});

/** Note Refactor: `newFileLocation` is 0 for the vault's folder, 1 for the note's own, 2 for `customFolder`. */
const noteRefactor = z.object({
  fileNamePrefix: taken(z.string().max(200)),
  newFileLocation: taken(z.int()),
  customFolder: taken(folderPath),
  transcludeByDefault: taken(z.boolean()),
  noteLinkTemplate: taken(z.string().max(1000)),
  refactoredNoteTemplate: taken(template),
  normalizeHeaderLevels: taken(z.boolean()),
});

/** Reads what the vault's `.obsidian/` says; each key is taken or left by itself, and later plugins count over earlier ones. */
export async function readObsidianSettings(readSettings: ReadSettings): Promise<ObsidianSettings> {
  const read = async <Schema extends z.ZodType>(schema: Schema, file: string) =>
    schema.safeParse(await readSettings(`.obsidian/${file}`)).data ?? null;
  const [daily, composer, general, refactor] = await Promise.all([
    read(dailyNotes, 'daily-notes.json'),
    read(noteComposer, 'note-composer.json'),
    read(app, 'app.json'),
    read(noteRefactor, 'plugins/note-refactor-obsidian/data.json'),
  ]);
  const leaves = { link: 'link', embed: 'embed', none: 'nothing' } as const;
  const replacement = composer?.replacementText;
  const wording = refactor?.noteLinkTemplate?.trim();
  return {
    journal: { folder: daily?.folder, namePattern: daily?.format, templateNote: daily?.template },
    extract: {
      folder:
        refactor?.newFileLocation === 2
          ? refactor.customFolder
          : general?.newFileLocation === 'folder'
            ? general.newFileFolderPath
            : undefined,
      namePrefix: refactor?.fileNamePrefix || undefined,
      leave: refactor?.transcludeByDefault
        ? 'embed'
        : wording
          ? { wording }
          : replacement === undefined
            ? undefined
            : leaves[replacement],
      template: composer?.template,
      templateText: refactor?.refactoredNoteTemplate || undefined,
      liftHeadings: refactor?.normalizeHeaderLevels,
    },
  };
}
