import { type FormEvent, useEffect, useState } from 'react';
import { RambleError } from '../../contract/errors.ts';
import type { RenamePlan } from '../../contract/rename.ts';
import { noteName, parseNotePath } from '../../core/paths/note-path.ts';
import { useClient } from '../state/client-context.ts';
import { counted } from '../state/extraction.ts';
import { flushAll, liveNote } from '../state/open-notes.ts';
import { type RenamedThing, tell } from '../state/store.ts';
import { takeBackBy } from '../state/take-back-by.ts';
import { PlanPreview } from './plan-preview.tsx';
import { closeDialog, Sheet } from './sheet.tsx';

const PAUSE_MS = 200;

type Preview =
  | { kind: 'same' }
  | { kind: 'looking' }
  | { kind: 'plan'; plan: RenamePlan }
  | { kind: 'problem'; message: string; suggestion: string | null };

/** Renames what one is in, showing first what changes in every note. */
export function RenameDialog({ of }: { of: RenamedThing }) {
  const client = useClient();
  const begin = of.kind === 'note' ? of.path.replace(/\.md$/i, '') : of.text;
  const [name, setName] = useState(begin);
  const [preview, setPreview] = useState<Preview>({ kind: 'same' });
  const [busy, setBusy] = useState(false);
  const [again, setAgain] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `again` asks anew
  useEffect(() => {
    const what = whatOf(of, name);
    if (name.trim() === '' || name === begin) return setPreview({ kind: 'same' });
    if (typeof what === 'string') return setPreview({ kind: 'problem', message: what, suggestion: null });
    let isStale = false;
    setPreview((before) => (before.kind === 'plan' ? before : { kind: 'looking' }));
    const timer = setTimeout(() => {
      flushAll()
        .then(() => client.call('rename.plan', { what }))
        .then(
          (plan) => isStale || setPreview({ kind: 'plan', plan }),
          (error: unknown) => isStale || setPreview(problemOf(error)),
        );
    }, PAUSE_MS);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [client, of, name, begin, again]);

  async function run(event: FormEvent) {
    event.preventDefault();
    const what = whatOf(of, name);
    const live = liveNote(of.path);
    if (typeof what === 'string' || busy || preview.kind !== 'plan') return;
    setBusy(true);
    try {
      // A letter may have come since the preview: what is done is what would be shown now.
      const { plan, places, notes, strays } = await client.call('rename.plan', { what });
      if (plan !== preview.plan.plan) {
        setAgain(again + 1);
        return;
      }
      const { change } = await client.call('rename.run', { what, plan, leaveStrays: strays.length > 0 });
      live?.editor.remember(takeBackBy(change, (done) => client.call('rename.takeBack', { change: done })));
      closeDialog();
      const follow =
        places === 0 ? '' : ` ${counted(places, 'place')} in ${counted(notes.length, 'note')} changed.`;
      tell({
        text: `“${of.kind === 'note' ? noteName(of.path) : of.text}” is “${name.trim()}” now.${follow} Undo takes it back.`,
      });
    } catch (error) {
      setPreview(problemOf(error));
    } finally {
      setBusy(false);
    }
  }

  const strays = preview.kind === 'plan' ? preview.plan.strays.length : 0;
  return (
    <Sheet label={of.kind === 'note' ? 'Rename or move' : 'Rename this heading'} className="rename">
      <form onSubmit={run}>
        <h1>{of.kind === 'note' ? 'Rename or move' : 'Rename this heading'}</h1>
        <label className="field">
          <span>{of.kind === 'note' ? 'Folder and name' : 'Heading'}</span>
          <input
            data-first=""
            required
            value={name}
            onFocus={({ target }) =>
              target.setSelectionRange(of.kind === 'note' ? begin.lastIndexOf('/') + 1 : 0, begin.length)
            }
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <div className="plan-preview" aria-live="polite">
          <PreviewOf preview={preview} onSuggestion={setName} />
        </div>
        <div className="buttons">
          <button type="button" onClick={closeDialog}>
            Cancel <kbd>Esc</kbd>
          </button>
          <button type="submit" className="primary" disabled={busy || preview.kind !== 'plan'}>
            {strays === 0 ? 'Rename' : `Rename, and leave ${counted(strays, 'link')}`} <kbd>Enter</kbd>
          </button>
        </div>
      </form>
    </Sheet>
  );
}

function PreviewOf({ preview, onSuggestion }: { preview: Preview; onSuggestion(name: string): void }) {
  switch (preview.kind) {
    case 'same':
      return <p className="hint">Every link that means it goes along.</p>;
    case 'looking':
      return <p className="hint">Looking at the notes that link here…</p>;
    case 'problem': {
      const { message, suggestion } = preview;
      return (
        <div className="problem" role="alert">
          <p>{message}</p>
          {suggestion === null ? null : (
            <div className="choices">
              <button type="button" onClick={() => onSuggestion(suggestion)}>
                Call it “{suggestion}”
              </button>
            </div>
          )}
        </div>
      );
    }
    case 'plan':
      return <PlanOf plan={preview.plan} />;
  }
}

function PlanOf({ plan: { notes, places, strays } }: { plan: RenamePlan }) {
  const summary =
    places === 0
      ? 'No text changes.'
      : `${counted(places, 'place')} in ${counted(notes.length, 'note')} will change.`;
  const shown = notes.map(({ path, lines }) => ({ path, hunks: lines }));
  return <PlanPreview plan={{ makes: [], notes: shown, trashes: [], strays }} summary={summary} />;
}

/** What to ask for, or in words why it cannot be. */
function whatOf(of: RenamedThing, name: string) {
  if (of.kind === 'heading')
    return { kind: 'heading' as const, path: of.path, line: of.line, to: name.trim() };
  const check = parseNotePath(`${name.trim().replace(/^\/+/, '').replace(/\.md$/i, '')}.md`);
  return check.ok
    ? { kind: 'note' as const, path: of.path, to: check.path }
    : `That cannot be a note’s path, because ${check.reason}.`;
}

function problemOf(error: unknown): Preview {
  const message = error instanceof Error ? error.message : String(error);
  const suggestion = error instanceof RambleError ? error.data?.suggestion : undefined;
  return {
    kind: 'problem',
    message,
    suggestion: typeof suggestion === 'string' ? suggestion.replace(/\.md$/i, '') : null,
  };
}
