import { type FormEvent, useEffect, useState } from 'react';
import { RambleError } from '../../contract/errors.ts';
import type { ExtractProposal, LeaveBehind } from '../../contract/extract.ts';
import { type NotePath, noteName } from '../../core/paths/note-path.ts';
import { useCall, useClient } from '../state/client-context.ts';
import { openNote } from '../state/navigation.ts';
import { liveNote } from '../state/open-notes.ts';
import { tell, tellError } from '../state/store.ts';
import { takeBackBy } from '../state/take-back-by.ts';
import { ParentMaps } from './parent-maps.tsx';
import { closeDialog, Sheet } from './sheet.tsx';

interface Form {
  title: string;
  folder: string;
  tags: string;
  parents: string[];
  leave: LeaveBehind;
}

interface Taken {
  path: string;
  suggestion: string;
  message: string;
}

const LEAVES: { value: LeaveBehind; label: string }[] = [
  { value: 'link', label: 'a link' },
  { value: 'embed', label: 'the text, embedded' },
  { value: 'nothing', label: 'nothing' },
];

/** Pulls what is selected, or the section around the cursor, out to a page of its own. */
export function ExtractDialog({ path }: { path: NotePath }) {
  const client = useClient();
  const [proposal, setProposal] = useState<ExtractProposal | null>(null);
  const [form, setForm] = useState<Form | null>(null);
  const [taken, setTaken] = useState<Taken | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [version, setVersion] = useState(0);
  const maps = useCall('links.maps', {})?.maps ?? [];

  useEffect(() => {
    const live = liveNote(path);
    if (live === undefined) return closeDialog();
    live.session
      .flush()
      .then(() => {
        // The range is of this version; keys that come later are told to the service by the version's number.
        setVersion(live.editor.version());
        return client.call('extract.propose', {
          path,
          text: live.editor.text(),
          selection: live.editor.selection(),
        });
      })
      .then(
        (found) => {
          setProposal(found);
          setForm({
            title: found.title,
            folder: found.folder,
            tags: found.tags.join(', '),
            parents: found.parents,
            leave: found.leave,
          });
        },
        (error: unknown) => {
          closeDialog();
          tellError(error);
        },
      );
  }, [client, path]);

  if (proposal === null || form === null) return null;
  const change = (patch: Partial<Form>) => {
    setForm({ ...form, ...patch });
    setTaken(null);
    setProblem(null);
  };

  async function run(existing: 'refuse' | 'append', title: string) {
    const live = liveNote(path);
    if (live === undefined || form === null || proposal === null || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      if (!(await live.session.flush()) || live.session.path !== path) {
        setProblem(
          'The note could not be saved first, so nothing was pulled out. See the line at the bottom of the window.',
        );
        return;
      }
      const outcome = await client.call('extract.run', {
        path,
        version,
        range: proposal.range,
        title,
        folder: form.folder,
        tags: form.tags.split(/[,\s]+/).filter((tag) => tag !== ''),
        parents: form.parents,
        leave: form.leave,
        existing,
      });
      await live.session.reached(outcome.source.version);
      live.editor.setCursor(outcome.cursor);
      live.editor.remember(
        takeBackBy(outcome.change, (change) => client.call('extract.takeBack', { change })),
      );
      closeDialog();
      tell({
        text:
          existing === 'append'
            ? `Added to “${noteName(outcome.path)}”.`
            : `“${outcome.title}” has a page of its own now.`,
        action: { label: 'Open it', run: () => void openNote(client, outcome.path) },
      });
    } catch (error) {
      if (error instanceof RambleError && error.code === 'exists') {
        setTaken({
          path: String(error.data?.path),
          suggestion: String(error.data?.suggestion),
          message: error.message,
        });
      } else setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run('refuse', form.title);
  };

  return (
    <Sheet label="Extract to a page of its own" className="extract">
      <form onSubmit={submit}>
        <h1>Extract to a page of its own</h1>
        <blockquote className="excerpt">{proposal.excerpt}</blockquote>
        <p className="hint">
          {proposal.words.toLocaleString()} {proposal.words === 1 ? 'word' : 'words'} from {noteName(path)}
        </p>
        <label className="field">
          <span>Title</span>
          <input
            data-first=""
            required
            value={form.title}
            onFocus={(event) => event.target.select()}
            onChange={(event) => change({ title: event.target.value })}
          />
        </label>
        {taken === null ? null : (
          <div className="problem" role="alert">
            <p>{taken.message}</p>
            <div className="choices">
              <button type="button" onClick={() => void run('refuse', taken.suggestion)}>
                Call it “{taken.suggestion}”
              </button>
              <button type="button" onClick={() => void run('append', form.title)}>
                Add to the end of that note
              </button>
            </div>
          </div>
        )}
        <label className="field">
          <span>Folder</span>
          <input
            value={form.folder}
            placeholder="the top of the vault"
            onChange={(event) => change({ folder: event.target.value })}
          />
        </label>
        <label className="field">
          <span>Tags</span>
          <input
            value={form.tags}
            placeholder="p/learning-ecosystem/inbox"
            onChange={(event) => change({ tags: event.target.value })}
          />
        </label>
        <ParentMaps chosen={form.parents} maps={maps} onChange={(parents) => change({ parents })} />
        <fieldset className="field">
          <legend>Leave behind</legend>
          <div className="segmented">
            {LEAVES.map(({ value, label }) => (
              <label key={value}>
                <input
                  type="radio"
                  name="leave"
                  checked={form.leave === value}
                  onChange={() => change({ leave: value })}
                />
                <span>{label}</span>
              </label>
            ))}
          </div>
        </fieldset>
        {problem === null ? null : (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <div className="buttons">
          <button type="button" onClick={closeDialog}>
            Cancel <kbd>Esc</kbd>
          </button>
          <button type="submit" className="primary" disabled={busy}>
            Extract <kbd>Enter</kbd>
          </button>
        </div>
      </form>
    </Sheet>
  );
}
