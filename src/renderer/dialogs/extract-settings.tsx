import { COMMANDS, shownKey } from '../../contract/commands.ts';
import type { Settings } from '../../contract/settings.ts';
import { isMac } from '../shell/key.tsx';
import { useCall } from '../state/client-context.ts';

/** The fields of what the dialog for extracting begins with; `tags` as they are typed. */
export type ExtractSettingsDraft = Omit<Settings['extract'], 'tags'> & { tags: string };

/** What of it was changed, for the settings' file: what is not said there goes on coming from Obsidian or the defaults. */
export function changedExtract(
  draft: ExtractSettingsDraft,
  before: Settings['extract'],
): Partial<Settings['extract']> {
  const now: Settings['extract'] = { ...draft, tags: draft.tags.split(/[,\s]+/).filter((tag) => tag !== '') };
  return Object.fromEntries(
    Object.entries(now).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof Settings['extract']]),
    ),
  );
}

/** How new pages are called and written when text is pulled out. */
export function ExtractSettings({
  draft,
  origin,
  onChange,
}: {
  draft: ExtractSettingsDraft;
  /** Says where a setting comes from, if not from this folder's own settings. */
  origin(name: string): string;
  onChange(patch: Partial<ExtractSettingsDraft>): void;
}) {
  return (
    <>
      <h2>Extracting</h2>
      <KeysOfExtract />
      <label className="field">
        <span>Folder of new pages{origin('extract.folder')}</span>
        <input
          value={draft.folder}
          placeholder="the top of the vault"
          onChange={(event) => onChange({ folder: event.target.value })}
        />
      </label>
      <label className="field">
        <span>Tags of new pages</span>
        <input value={draft.tags} onChange={(event) => onChange({ tags: event.target.value })} />
      </label>
      <label className="field">
        <span>Their names begin with{origin('extract.namePrefix')}</span>
        <input
          value={draft.namePrefix}
          placeholder="nothing"
          onChange={(event) => onChange({ namePrefix: event.target.value })}
        />
        <small>{'{{date:YYYY-MM-DD}} and {{time:HHmm}} are filled in; the title stays as it is.'}</small>
      </label>
      <label className="field">
        <span>Template{origin('extract.template')}</span>
        <input
          value={draft.template}
          placeholder="the app’s own form"
          onChange={(event) => onChange({ template: event.target.value })}
        />
        <small>
          {'A note of yours with {{content}}, {{newTitle}}, {{fromTitle}}, {{parents}} or {{date}} in it.'}
        </small>
      </label>
      <label className="field">
        <span>Line of parent maps</span>
        <input
          value={draft.parentLine}
          placeholder="+ {{parents}}"
          onChange={(event) => onChange({ parentLine: event.target.value })}
        />
      </label>
    </>
  );
}

/** The keys that open the dialog, those of Obsidian last. */
function KeysOfExtract() {
  const others = useCall('settings.keys', {})?.keys.filter(({ command }) => command === 'extract') ?? [];
  const own = COMMANDS.flatMap(({ id, key, otherKey }) => (id === 'extract' ? [key, otherKey] : []));
  const caps = (keys: readonly (string | null | undefined)[]) =>
    keys.map((key) => (key == null ? null : <kbd key={key}>{shownKey(key, isMac)}</kbd>));
  return (
    <p className="hint keys">
      Its keys are {caps(own)}
      {others.length === 0 ? null : <> and, from Obsidian’s settings, {caps(others.map(({ key }) => key))}</>}
    </p>
  );
}
