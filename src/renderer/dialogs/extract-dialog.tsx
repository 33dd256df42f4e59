import { type FormEvent, type KeyboardEvent, useEffect, useState } from 'react';
import type { ExtractPlan, ExtractProposal, ExtractWhat } from '../../contract/extract.ts';
import { type NotePath, noteName } from '../../core/paths/note-path.ts';
import { isMac } from '../shell/key.tsx';
import { useClient } from '../state/client-context.ts';
import { beginExtraction, counted, runExtraction } from '../state/extraction.ts';
import { tellError } from '../state/store.ts';
import { draftOf, type ExtractDraft, whatOf } from './extract-draft.ts';
import { ExtractFields } from './extract-fields.tsx';
import { ExtractPlanView } from './extract-plan-view.tsx';
import { PreviewPane } from './plan-preview.tsx';
import { Segments } from './segments.tsx';
import { closeDialog, Sheet } from './sheet.tsx';
import { useExtractPlan } from './use-extract-plan.ts';

/** Pulls what is selected, the section around the cursor, or every section of a level out to pages of their own or to another note. */
export function ExtractDialog({ path }: { path: NotePath }) {
  const client = useClient();
  const [split, setSplit] = useState<number | null>(null);
  const [here, setHere] = useState('this section');
  const [proposal, setProposal] = useState<ExtractProposal | null>(null);
  const [draft, setDraft] = useState<ExtractDraft | null>(null);
  const [busy, setBusy] = useState(false);
  const meant = draft === null ? null : whatOf(path, draft);
  const { preview, fail, whenPlanned } = useExtractPlan(meant, busy);

  useEffect(() => {
    let isStale = false;
    beginExtraction(client, path, split).then(
      ({ proposal: found, version }) => {
        if (isStale) return;
        setProposal(found);
        if (split === null) setHere(found.how === 'selection' ? 'the selection' : 'this section');
        setDraft(draftOf(found, version));
      },
      (error: unknown) => {
        if (isStale) return;
        closeDialog();
        tellError(error);
      },
    );
    return () => {
      isStale = true;
    };
  }, [client, path, split]);

  if (proposal === null || draft === null) return null;
  const change = (patch: Partial<ExtractDraft>) => setDraft({ ...draft, ...patch });
  const retitled = (at: number, title: string): ExtractDraft => ({
    ...draft,
    parts: draft.parts.map((part, index) => (index === at ? { ...part, title } : part)),
  });
  const retitle = (at: number, title: string) => setDraft(retitled(at, title));
  /** Takes the free name that was offered, and goes on. */
  const renameAndRun = (at: number, title: string) => {
    const renamed = retitled(at, title);
    setDraft(renamed);
    run(false, whatOf(path, renamed));
  };

  /** Does what the preview shows; whoever is quicker than it is waited for, and sees what cannot follow before it is left. */
  function run(go: boolean, what: ExtractWhat | null = meant) {
    if (what === null || busy) return;
    whenPlanned(what, (planned) => void runPlanned(go, what, planned));
  }

  async function runPlanned(go: boolean, what: ExtractWhat, { plan, strays }: ExtractPlan) {
    setBusy(true);
    try {
      await runExtraction(client, { what, plan, leaveStrays: strays.length > 0, go });
      closeDialog();
    } catch (error) {
      fail(error);
    } finally {
      setBusy(false);
    }
  }

  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run(true);
  };
  const words = draft.parts.reduce((sum, part) => sum + (part.included ? part.words : 0), 0);
  const files = preview.kind === 'plan' ? preview.plan.files.map(({ from }) => from) : [];
  const strays = preview.kind === 'plan' ? preview.plan.strays.length : 0;
  return (
    <Sheet label="Extract to a page of its own" className="extract">
      <form onSubmit={submit} onKeyDown={onKeyDown}>
        <h1>{draft.how === 'split' ? 'Split by headings' : 'Extract to a page of its own'}</h1>
        <div className="extract-sides">
          <div className="extract-fields">
            <p className="hint">
              {counted(words, 'word')} from {noteName(path)}
            </p>
            <WhatMoves here={here} split={split} levels={proposal.levels} onSplit={setSplit} />
            {draft.how === 'split' ? (
              <PartsList draft={draft} onChange={change} onTitle={retitle} />
            ) : draft.to === 'new' ? (
              <label className="field">
                <span>Title</span>
                <input
                  data-first=""
                  required
                  value={draft.parts[0]?.title ?? ''}
                  onFocus={(event) => event.target.select()}
                  onChange={(event) => retitle(0, event.target.value)}
                />
              </label>
            ) : null}
            {preview.kind === 'taken' ? (
              <div className="problem" role="alert">
                <p>{preview.message}</p>
                <div className="choices">
                  <button
                    type="button"
                    onClick={() => renameAndRun(includedAt(draft, preview.part), preview.suggestion)}
                  >
                    Call it “{preview.suggestion}”
                  </button>
                  {draft.how === 'split' ? null : (
                    <button
                      type="button"
                      onClick={() =>
                        change({
                          to: 'existing',
                          into: { path: preview.path as NotePath, place: { at: 'bottom' } },
                        })
                      }
                    >
                      Add it to that note
                    </button>
                  )}
                </div>
              </div>
            ) : null}
            <ExtractFields draft={draft} files={files} onChange={change} />
          </div>
          <PreviewPane>
            <ExtractPlanView preview={preview} />
          </PreviewPane>
        </div>
        <div className="buttons">
          <button type="button" onClick={closeDialog}>
            Cancel <kbd>Esc</kbd>
          </button>
          <button type="button" disabled={busy || meant === null} onClick={() => run(true)}>
            Extract and open <kbd>{isMac ? '⌘Enter' : 'Ctrl Enter'}</kbd>
          </button>
          <button type="submit" className="primary" disabled={busy || meant === null}>
            {strays === 0 ? 'Extract' : `Extract, and leave ${counted(strays, 'link')}`} <kbd>Enter</kbd>
          </button>
        </div>
      </form>
    </Sheet>
  );
}

/** The selection or section, or every section of a level that there are several of. */
function WhatMoves({
  here,
  split,
  levels,
  onSplit,
}: {
  /** What one stands in. */
  here: string;
  split: number | null;
  levels: readonly number[];
  onSplit(split: number | null): void;
}) {
  if (levels.length === 0) return null;
  const options = [
    { value: 'here', label: here },
    ...levels.map((level) => ({ value: String(level), label: `every section of level ${level}` })),
  ];
  return (
    <Segments
      legend="What moves"
      value={split === null ? 'here' : String(split)}
      options={options}
      onChange={(value) => onSplit(value === 'here' ? null : Number(value))}
    />
  );
}

function PartsList({
  draft,
  onChange,
  onTitle,
}: {
  draft: ExtractDraft;
  onChange(patch: Partial<ExtractDraft>): void;
  onTitle(at: number, title: string): void;
}) {
  const include = (at: number, included: boolean) =>
    onChange({ parts: draft.parts.map((part, index) => (index === at ? { ...part, included } : part)) });
  return (
    <fieldset className="field parts">
      <legend>Pages</legend>
      {draft.parts.map((part, at) => (
        <div key={part.ranges[0]?.from} className="part">
          <input
            type="checkbox"
            aria-label={`Extract “${part.title}”`}
            checked={part.included}
            onChange={(event) => include(at, event.target.checked)}
          />
          <input
            aria-label={`Title of page ${at + 1}`}
            value={part.title}
            disabled={!part.included}
            onChange={(event) => onTitle(at, event.target.value)}
          />
        </div>
      ))}
    </fieldset>
  );
}

/** Where the `at`-th of the parts that move stands among all. */
function includedAt({ parts }: ExtractDraft, at: number): number {
  const included = parts.map((part, index) => (part.included ? index : -1)).filter((index) => index >= 0);
  return included[at] ?? 0;
}
