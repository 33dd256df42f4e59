import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { RambleError } from '../../contract/errors.ts';
import {
  type Settings,
  type SettingsPatch,
  type SettingsState,
  settingsPatch,
} from '../../contract/settings.ts';
import { folderPath } from '../../contract/shapes.ts';
import { DEFAULT_NAME_PATTERN } from '../../core/journal/ramble-name.ts';
import { writeState } from '../state-file.ts';

const LARGEST = 1024 * 1024;

export const DEFAULT_SETTINGS: Settings = {
  journal: {
    folder: '',
    namePattern: DEFAULT_NAME_PATTERN,
    template: '# The Evening Ramble\n\n',
    templateNote: '',
    dayEndsAt: '04:00',
  },
  extract: { folder: '', tags: [], leave: 'link' },
  searches: [],
};

/** The part of Obsidian's `daily-notes.json` that is used; each key is taken or left by itself. */
const obsidianDaily = z.object({
  folder: folderPath.optional().catch(undefined),
  format: z.string().min(1).max(200).optional().catch(undefined),
  template: z.string().min(1).max(4096).optional().catch(undefined),
});

/** `base` with what the later layers say; a layer that does not say leaves it. */
function over<Values extends object>(base: Values, ...layers: Layer<Values>[]): Values {
  const merged = { ...base };
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer))
      if (value !== undefined) Object.assign(merged, { [name]: value });
  }
  return merged;
}

type Layer<Values> = { [Name in keyof Values]?: Values[Name] | undefined };

type FileRead = { kind: 'missing' } | { kind: 'read'; value: unknown } | { kind: 'damaged'; message: string };

export interface SettingsService {
  /** What holds now: the vault's own settings over Obsidian's over the defaults. Read anew each time: the file is the truth. */
  get(): Promise<SettingsState>;
  /** Changes what `patch` names. Throws `read-only` where the file in the vault could not be understood: it is not written over. */
  change(patch: SettingsPatch): Promise<SettingsState>;
}

export function createSettings(root: string): SettingsService {
  const file = join(root, '.ramble', 'settings.json');

  async function load(): Promise<{ own: SettingsPatch; state: SettingsState }> {
    const { own, problem } = await readOwn(file);
    const { patch, names } = await readObsidian(join(root, '.obsidian', 'daily-notes.json'));
    const values: Settings = {
      journal: over(DEFAULT_SETTINGS.journal, patch, own.journal ?? {}),
      extract: over(DEFAULT_SETTINGS.extract, own.extract ?? {}),
      searches: own.searches ?? DEFAULT_SETTINGS.searches,
    };
    const fromObsidian = names
      .filter((name) => own.journal?.[name] === undefined)
      .map((name) => `journal.${name}`);
    return { own, state: { values, problem, fromObsidian } };
  }

  return {
    get: async () => (await load()).state,
    async change(patch) {
      const { own, state } = await load();
      if (state.problem !== null) {
        throw new RambleError('read-only', `${state.problem} Mend or remove that file, then try again.`);
      }
      await writeState(file, {
        ...own,
        ...(patch.journal === undefined ? {} : { journal: { ...own.journal, ...patch.journal } }),
        ...(patch.extract === undefined ? {} : { extract: { ...own.extract, ...patch.extract } }),
        ...(patch.searches === undefined ? {} : { searches: patch.searches }),
      }).catch((error: NodeJS.ErrnoException) => {
        throw new RambleError(
          'io',
          `The settings could not be written to .ramble/settings.json (${error.code}).`,
        );
      });
      return (await load()).state;
    },
  };
}

async function readOwn(file: string): Promise<{ own: SettingsPatch; problem: string | null }> {
  const found = await readJson(file);
  if (found.kind === 'missing') return { own: {}, problem: null };
  if (found.kind === 'damaged') return { own: {}, problem: problemText(found.message) };
  const parsed = settingsPatch.safeParse(found.value);
  if (parsed.success) return { own: parsed.data, problem: null };
  const issue = parsed.error.issues[0];
  return { own: {}, problem: problemText(`${issue?.path.map(String).join('.')}: ${issue?.message}`) };
}

const problemText = (reason: string) =>
  `.ramble/settings.json was not used, and is left as it is (${reason}). The defaults hold meanwhile.`;

async function readObsidian(
  file: string,
): Promise<{ patch: Layer<Settings['journal']>; names: (keyof Settings['journal'])[] }> {
  const found = await readJson(file);
  const parsed = found.kind === 'read' ? obsidianDaily.safeParse(found.value) : null;
  if (!parsed?.success) return { patch: {}, names: [] };
  const { folder, format, template } = parsed.data;
  const patch: Layer<Settings['journal']> = {
    ...(folder === undefined ? {} : { folder }),
    ...(format === undefined ? {} : { namePattern: format }),
    ...(template === undefined ? {} : { templateNote: template }),
  };
  return { patch, names: Object.keys(patch) as (keyof Settings['journal'])[] };
}

async function readJson(file: string): Promise<FileRead> {
  try {
    const raw = await readFile(file, 'utf8');
    if (raw.length > LARGEST) return { kind: 'damaged', message: 'it is larger than 1 MB' };
    return { kind: 'read', value: JSON.parse(raw.replace(/^\ufeff/, '')) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
    return { kind: 'damaged', message: code ?? 'it is not JSON' };
  }
}
