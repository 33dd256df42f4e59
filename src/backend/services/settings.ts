import { join } from 'node:path';
import type { VaultState } from '../../contract/app.ts';
import { RambleError } from '../../contract/errors.ts';
import {
  type OtherKey,
  type Settings,
  type SettingsPatch,
  type SettingsState,
  settingsPatch,
} from '../../contract/settings.ts';
import { DEFAULT_NAME_PATTERN } from '../../core/journal/ramble-name.ts';
import { createTurn } from '../documents/turn.ts';
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

export type PatchOf = SettingsPatch | ((now: Settings) => SettingsPatch);

export interface SettingsService {
  /** What holds now: the vault's own settings over Obsidian's over the defaults. Read anew each time: the file is the truth. */
  get(): Promise<SettingsState>;
  /** The keys that Obsidian has for what this app does too. */
  keys(): Promise<OtherKey[]>;
  /** Changes what a patch names, or one made of what holds then. Throws `read-only` where the file in the vault could not be understood: it is not written over. */
  change(patch: PatchOf): Promise<SettingsState>;
}

const OWN = '.ramble/settings.json';

/** `onUnused` is told, whenever that changes, which files of settings are there and say nothing, because they are damaged. */
export function createSettings(
  root: string,
  onUnused: (problems: VaultState['problems']) => void = () => undefined,
): SettingsService {
  const file = join(root, OWN);
  // What is changed is what was read: the next change reads after it.
  const turn = createTurn();
  const unused = new Map<string, string>();

  function tell(path: string, problem: string | null): void {
    if (problem === (unused.get(path) ?? null)) return;
    if (problem === null) unused.delete(path);
    else unused.set(path, problem);
    onUnused([...unused].map(([of, message]) => ({ path: of, code: 'settings', message })));
  }

  async function readTheirs(path: string): Promise<unknown> {
    const found = await readJson(join(root, path));
    const isDamaged = found.kind === 'damaged';
    tell(path, isDamaged ? `It cannot be read (${found.message}), so what it says is not followed.` : null);
    return found.kind === 'read' ? found.value : null;
  }

  async function load(): Promise<{ own: SettingsPatch; state: SettingsState }> {
    const [{ own, fault }, obsidian] = await Promise.all([readOwn(file), readObsidianSettings(readTheirs)]);
    const left = fault && `was not used, and is left as it is (${fault}). The defaults hold meanwhile.`;
    const problem = left && `${OWN} ${left}`;
    tell(OWN, left && `It ${left}`);
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
    keys: () => readObsidianKeys(readTheirs),
    change: (patch) => turn(() => change(patch)),
  };

  async function change(asked: PatchOf): Promise<SettingsState> {
    const { own, state } = await load();
    if (state.problem !== null) {
      throw new RambleError('read-only', `${state.problem} Mend or remove that file, then try again.`);
    }
    const patch = typeof asked === 'function' ? asked(state.values) : asked;
    await writeState(file, {
      ...own,
      ...(patch.journal === undefined ? {} : { journal: { ...own.journal, ...patch.journal } }),
      ...(patch.extract === undefined ? {} : { extract: { ...own.extract, ...patch.extract } }),
      ...(patch.searches === undefined ? {} : { searches: patch.searches }),
    }).catch((error: NodeJS.ErrnoException) => {
      throw new RambleError('io', `The settings could not be written to ${OWN} (${error.code}).`);
    });
    return (await load()).state;
  }
}

async function readOwn(file: string): Promise<{ own: SettingsPatch; fault: string | null }> {
  const found = await readJson(file);
  if (found.kind === 'missing') return { own: {}, fault: null };
  if (found.kind === 'damaged') return { own: {}, fault: found.message };
  const parsed = settingsPatch.safeParse(found.value);
  if (parsed.success) return { own: parsed.data, fault: null };
  const issue = parsed.error.issues[0];
  return { own: {}, fault: `${issue?.path.map(String).join('.')}: ${issue?.message}` };
}

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
