import { type FormEvent, useState } from 'react';
import { useClient } from '../state/client-context.ts';
import { flushAll } from '../state/open-notes.ts';
import { useWindow } from '../state/store.ts';

type Purpose = 'open' | 'sample';

/** Before there is a vault: open a folder of notes, or make one from the sample. */
export function FirstRun({ onCancel }: { onCancel?: () => void }) {
  const client = useClient();
  const app = useWindow((state) => state.app);
  const [purpose, setPurpose] = useState<Purpose>('open');
  const [folder, setFolder] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function go(chosen: string) {
    setBusy(true);
    setProblem(null);
    try {
      await flushAll();
      await client.call(purpose === 'open' ? 'app.openFolder' : 'app.makeSample', { folder: chosen });
      onCancel?.();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }
  async function pick() {
    const { folder: picked } = await client.call('app.pickFolder', { purpose });
    if (picked === null) return;
    setFolder(picked);
    await go(picked);
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void go(folder);
  };

  return (
    <div className="first-run">
      <div className="first-run-card">
        <div className="lamp" aria-hidden="true" />
        <h1>Evening Ramble</h1>
        <p className="lead">
          Your notes are plain Markdown files in a folder of yours. They stay there; nothing leaves this
          machine.
        </p>
        {app?.notice ? (
          <p className="problem" role="alert">
            {app.notice}
          </p>
        ) : null}
        <fieldset className="first-run-choice">
          <legend className="hidden">How to begin</legend>
          <label>
            <input
              type="radio"
              name="purpose"
              checked={purpose === 'open'}
              onChange={() => setPurpose('open')}
            />
            <span>
              <b>Open a folder of notes</b>
              <small>An Obsidian vault, or any folder with Markdown files.</small>
            </span>
          </label>
          <label>
            <input
              type="radio"
              name="purpose"
              checked={purpose === 'sample'}
              onChange={() => setPurpose('sample')}
            />
            <span>
              <b>Make a notes folder from the sample</b>
              <small>Twenty-odd invented notes to try things on, in a new folder.</small>
            </span>
          </label>
        </fieldset>
        <form onSubmit={submit} className="first-run-form">
          <label className="field">
            <span>{purpose === 'open' ? 'Folder' : 'New folder'}</span>
            <input
              data-first=""
              required
              value={folder}
              placeholder="~/notes"
              onChange={(event) => setFolder(event.target.value)}
              spellCheck={false}
            />
          </label>
          {app?.capabilities.pickFolder ? (
            <button type="button" disabled={busy} onClick={() => void pick()}>
              Choose…
            </button>
          ) : null}
          <button type="submit" className="primary" disabled={busy || folder.trim() === ''}>
            {purpose === 'open' ? 'Open' : 'Make it'}
          </button>
        </form>
        {problem === null ? null : (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        {onCancel === undefined ? null : (
          <button type="button" className="plain" onClick={onCancel}>
            Stay here
          </button>
        )}
      </div>
    </div>
  );
}
