import { type FormEvent, useState } from 'react';
import type { Theme } from '../../contract/app.ts';
import type { Settings, SettingsState } from '../../contract/settings.ts';
import { localDay } from '../../core/journal/day.ts';
import { rambleName } from '../../core/journal/ramble-name.ts';
import { useCall, useClient } from '../state/client-context.ts';
import { tellError, useWindow } from '../state/store.ts';
import { changedExtract, ExtractSettings, type ExtractSettingsDraft } from './extract-settings.tsx';
import { closeDialog, Sheet } from './sheet.tsx';

const THEMES: { value: Theme; label: string }[] = [
  { value: 'system', label: 'as the system' },
  { value: 'dusk', label: 'Dusk' },
  { value: 'daylight', label: 'Daylight' },
];

/** The settings of this vault, and of this app. */
export function SettingsDialog() {
  const settings = useCall('settings.get', {});
  return settings === null ? null : <SettingsForm state={settings} />;
}

function SettingsForm({ state }: { state: SettingsState }) {
  const client = useClient();
  const app = useWindow((window) => window.app);
  const [journal, setJournal] = useState<Settings['journal']>(state.values.journal);
  const [extract, setExtract] = useState<ExtractSettingsDraft>({
    ...state.values.extract,
    tags: state.values.extract.tags.join(', '),
  });
  const [problem, setProblem] = useState<string | null>(null);
  const change = (patch: Partial<Settings['journal']>) => setJournal({ ...journal, ...patch });
  const origin = (name: string) => (state.fromObsidian.includes(name) ? ' (from Obsidian’s settings)' : '');

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const before = state.values;
    const changedJournal = Object.fromEntries(
      Object.entries(journal).filter(
        ([name, value]) => value !== before.journal[name as keyof Settings['journal']],
      ),
    );
    client
      .call('settings.change', {
        patch: { journal: changedJournal, extract: changedExtract(extract, before.extract) },
      })
      .then(closeDialog, (error: Error) => setProblem(error.message));
  };

  return (
    <Sheet label="Settings" className="settings">
      <form onSubmit={submit}>
        <h1>Settings</h1>
        <fieldset className="field">
          <legend>Light</legend>
          <div className="segmented">
            {THEMES.map(({ value, label }) => (
              <label key={value}>
                <input
                  type="radio"
                  name="theme"
                  checked={app?.theme === value}
                  onChange={() => void client.call('app.setTheme', { theme: value }).catch(() => undefined)}
                />
                <span>{label}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <h2>The evening ramble</h2>
        <label className="field">
          <span>Name{origin('journal.namePattern')}</span>
          <input
            required
            value={journal.namePattern}
            onChange={(event) => change({ namePattern: event.target.value })}
          />
          <small>
            Tonight’s would be “{rambleName(journal.namePattern || ' ', localDay(new Date()))}”. Text stands
            in [brackets].
          </small>
        </label>
        <label className="field">
          <span>Folder{origin('journal.folder')}</span>
          <input
            value={journal.folder}
            placeholder="the top of the vault"
            onChange={(event) => change({ folder: event.target.value })}
          />
        </label>
        <label className="field">
          <span>Begins from the note{origin('journal.templateNote')}</span>
          <input
            value={journal.templateNote}
            placeholder="the text below"
            onChange={(event) => change({ templateNote: event.target.value })}
          />
        </label>
        <label className="field">
          <span>Begins as</span>
          <textarea
            rows={3}
            value={journal.template}
            onChange={(event) => change({ template: event.target.value })}
          />
          <small>{'{{title}}, {{date:dddd D MMMM}} and {{time:h:mma}} are filled in.'}</small>
        </label>
        <label className="field">
          <span>The evening ends at</span>
          <input
            type="time"
            required
            value={journal.dayEndsAt}
            onChange={(event) => change({ dayEndsAt: event.target.value })}
          />
          <small>Until then it still is the evening before.</small>
        </label>
        <ExtractSettings
          draft={extract}
          origin={origin}
          onChange={(patch) => setExtract({ ...extract, ...patch })}
        />
        {app?.vault && app.vault.problems.length > 0 ? <Problems problems={app.vault.problems} /> : null}
        {problem === null ? null : (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <p className="hint">Kept in .ramble/settings.json in your folder.</p>
        <div className="buttons">
          <button type="button" onClick={closeDialog}>
            Cancel
          </button>
          <button type="submit" className="primary">
            Keep
          </button>
        </div>
      </form>
    </Sheet>
  );
}

function Problems({ problems }: { problems: { path: string; code: string; message: string }[] }) {
  const client = useClient();
  return (
    <>
      <h2>What is wrong in the folder</h2>
      <ul className="problems">
        {problems.slice(0, 50).map((problem) => (
          <li key={`${problem.path} ${problem.message}`}>
            <b>{problem.path}</b> {problem.message}
            {problem.code === 'missing' ? (
              <button
                type="button"
                onClick={() => void client.call('find.acceptMissing', {}).catch(tellError)}
              >
                They are deleted
              </button>
            ) : null}
          </li>
        ))}
      </ul>
    </>
  );
}
