import { type FormEvent, useEffect, useState } from 'react';
import { RambleError } from '../../contract/errors.ts';
import type { RenamePlan, RenameWhat } from '../../contract/rename.ts';
import { noteName, parseNotePath, withoutEnding } from '../../core/paths/note-path.ts';
import { useClient } from '../state/client-context.ts';
import { counted } from '../state/extraction.ts';
import { flushAll, liveNote } from '../state/open-notes.ts';
import { type RenamedThing, tell, useWindow } from '../state/store.ts';
import { offerTakeBack } from '../state/take-back-by.ts';
import { HunkTexts } from './difference.tsx';
import { PlanPreview, PreviewPane } from './plan-preview.tsx';
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
  const begin = nameOf(of);
  const words = WORDS[of.kind];
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
    const live = liveNote('path' in of ? of.path : useWindow.getState().active);
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
      const back = offerTakeBack(client, live, change);
      closeDialog();
      const follow =
        places === 0 ? '' : ` ${counted(places, 'place')} in ${counted(notes.length, 'note')} changed.`;
      const before = of.kind === 'note' ? noteName(of.path) : begin;
      tell({
        text: `“${before}” is “${name.trim()}” now.${follow}`,
        actions: [back],
      });
    } catch (error) {
      setPreview(problemOf(error));
    } finally {
      setBusy(false);
    }
  }

  const strays = preview.kind === 'plan' ? preview.plan.strays.length : 0;
  return (
    <Sheet label={words.title} className="rename">
      <form onSubmit={run}>
        <h1>{words.title}</h1>
        <label className="field">
          <span>{words.field}</span>
          <input
            data-first=""
            required
            value={name}
            onFocus={({ target }) =>
              target.setSelectionRange(
                of.kind === 'note' || of.kind === 'folder' ? begin.lastIndexOf('/') + 1 : 0,
                begin.length,
              )
            }
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <PreviewPane>
          <PreviewOf preview={preview} hint={words.hint} onSuggestion={setName} />
        </PreviewPane>
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

function PreviewOf({
  preview,
  hint,
  onSuggestion,
}: {
  preview: Preview;
  hint: string;
  onSuggestion(name: string): void;
}) {
  switch (preview.kind) {
    case 'same':
      return <p className="hint">{hint}</p>;
    case 'looking':
      return <p className="hint">Looking at the notes…</p>;
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

function PlanOf({ plan: { notes, places, strays, searches } }: { plan: RenamePlan }) {
  const summary =
    places === 0
      ? 'No text changes.'
      : `${counted(places, 'place')} in ${counted(notes.length, 'note')} will change.`;
  const shown = notes.map(({ path, lines }) => ({ path, hunks: lines }));
  return (
    <>
      <PlanPreview plan={{ makes: [], notes: shown, trashes: [], strays }} summary={summary} />
      {searches.map(({ name, before, after }) => (
        <figure key={name} className="hunk">
          <figcaption>The saved search “{name}”</figcaption>
          <HunkTexts other={{ label: 'After', text: after }} now={{ label: 'Now', text: before }} />
        </figure>
      ))}
    </>
  );
}

const WORDS: Record<RenamedThing['kind'], { title: string; field: string; hint: string }> = {
  note: { title: 'Rename or move', field: 'Folder and name', hint: 'Every link that means it goes along.' },
  heading: { title: 'Rename this heading', field: 'Heading', hint: 'Every link that means it goes along.' },
  block: { title: 'Rename this block id', field: 'Block id', hint: 'Every link that means it goes along.' },
  folder: {
    title: 'Rename or move this folder',
    field: 'Folder',
    hint: 'Every link that means a note in it goes along, and searches that name it.',
  },
  tag: {
    title: 'Rename this tag',
    field: 'Tag',
    hint: 'It changes in every note, with the tags within it and searches that name it.',
  },
};

/** What stands in the field at first. */
function nameOf(of: RenamedThing): string {
  switch (of.kind) {
    case 'note':
      return withoutEnding(of.path);
    case 'heading':
      return of.text;
    case 'block':
      return of.id;
    case 'folder':
      return of.folder;
    case 'tag':
      return of.tag;
  }
}

/** What to ask for, or in words why it cannot be. */
function whatOf(of: RenamedThing, written: string): RenameWhat | string {
  const name = written.trim();
  switch (of.kind) {
    case 'heading':
      return { kind: 'heading', path: of.path, line: of.line, to: name };
    case 'block':
      return { kind: 'block', path: of.path, id: of.id, to: name.replace(/^\^/, '') };
    case 'folder':
      return { kind: 'folder', folder: of.folder, to: name };
    case 'tag':
      return { kind: 'tag', tag: of.tag, to: name };
    case 'note': {
      const check = parseNotePath(`${withoutEnding(name.replace(/^\/+/, ''))}.md`);
      return check.ok
        ? { kind: 'note', path: of.path, to: check.path }
        : `That cannot be a note’s path, because ${check.reason}.`;
    }
  }
}

function problemOf(error: unknown): Preview {
  const message = error instanceof Error ? error.message : String(error);
  const suggestion = error instanceof RambleError ? error.data?.suggestion : undefined;
  return {
    kind: 'problem',
    message,
    suggestion: typeof suggestion === 'string' ? withoutEnding(suggestion) : null,
  };
}
