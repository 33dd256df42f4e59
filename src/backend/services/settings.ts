import { join } from 'node:path';
import { RambleError } from '../../contract/errors.ts';
import {
  type OtherKey,
  type Settings,
  type SettingsPatch,
  type SettingsState,
  settingsPatch,
} from '../../contract/settings.ts';
import { DEFAULT_NAME_PATTERN } from '../../core/journal/ramble-name.ts';
import { writeState } from '../state-file.ts';
import { readObsidianKeys } from './obsidian-keys.ts';
import { type Layer, readObsidianSettings } from './obsidian-settings.ts';
import { readJson } from './read-json.ts';

export const DEFAULT_SETTINGS: Settings = {
  journal: {
    folder: '',
    namePattern: DEFAULT_NAME_PATTERN,
    template: '# The Evening Ramble\n\n',
    templateNote: '',
    dayEndsAt: '04:00',
  },
  extract: {
    folder: '',
    namePrefix: '',
    tags: [],
    leave: 'link',
    template: '',
    templateText: '',
    parentLine: '',
    liftHeadings: false,
  },
  searches: [],
};

/** `base` with what the later layers say; a layer that does not say leaves it. */
function over<Values extends object>(base: Values, ...layers: Layer<Values>[]): Values {
  const merged = { ...base };
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer))
      if (value !== undefined) Object.assign(merged, { [name]: value });
  }
  return merged;
}

export interface SettingsService {
  /** What holds now: the vault's own settings over Obsidian's over the defaults. Read anew each time: the file is the truth. */
  get(): Promise<SettingsState>;
  /** The keys that Obsidian has for what this app does too. */
  keys(): Promise<OtherKey[]>;
  /** Changes what `patch` names. Throws `read-only` where the file in the vault could not be understood: it is not written over. */
  change(patch: SettingsPatch): Promise<SettingsState>;
}

export function createSettings(root: string): SettingsService {
  const file = join(root, '.ramble', 'settings.json');

  async function load(): Promise<{ own: SettingsPatch; state: SettingsState }> {
    const [{ own, problem }, obsidian] = await Promise.all([readOwn(file), readObsidianSettings(root)]);
    const values: Settings = {
      journal: over(DEFAULT_SETTINGS.journal, obsidian.journal, own.journal ?? {}),
      extract: over(DEFAULT_SETTINGS.extract, obsidian.extract, own.extract ?? {}),
      searches: own.searches ?? DEFAULT_SETTINGS.searches,
    };
    const fromObsidian = [
      ...unsaid('journal', obsidian.journal, own.journal),
      ...unsaid('extract', obsidian.extract, own.extract),
    ];
    return { own, state: { values, problem, fromObsidian } };
  }

  return {
    get: async () => (await load()).state,
    keys: () => readObsidianKeys(root),
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

/** The names of what another program's settings say and the vault's own do not, as `journal.folder`. */
function unsaid<Values extends object>(
  group: string,
  said: Layer<Values>,
  own: Layer<Values> | undefined,
): string[] {
  return (Object.keys(said) as (keyof Values & string)[])
    .filter((name) => said[name] !== undefined && own?.[name] === undefined)
    .map((name) => `${group}.${name}`);
}
