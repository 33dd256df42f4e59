import { type FormEvent, useState } from 'react';
import type { ExtractPlan, ExtractWhat } from '../../contract/extract.ts';
import { type NotePath, noteName } from '../../core/paths/note-path.ts';
import { useClient } from '../state/client-context.ts';
import { counted, runExtraction } from '../state/extraction.ts';
import { liveNote } from '../state/open-notes.ts';
import { ExtractPlanView } from './extract-plan-view.tsx';
import { type NoteAndPlace, NoteAndPlaceFields } from './note-and-place.tsx';
import { PreviewPane } from './plan-preview.tsx';
import { Segments } from './segments.tsx';
import { closeDialog, Sheet } from './sheet.tsx';
import { useExtractPlan } from './use-extract-plan.ts';

/** The inverse of extracting: merges the note, or the section around the cursor, into another. */
export function FoldBackDialog({
  path,
  heading,
}: {
  path: NotePath;
  heading: { line: number; text: string } | null;
}) {
  const client = useClient();
  const [which, setWhich] = useState<'note' | 'section'>('note');
  const [into, setInto] = useState<NoteAndPlace>({ path: null, place: { at: 'bottom' } });
  const [busy, setBusy] = useState(false);
  const what: ExtractWhat | null =
    into.path === null
      ? null
      : {
          kind: 'fold-back',
          path,
          line: which === 'section' ? (heading?.line ?? null) : null,
          into: into.path,
          place: into.place,
        };
  const { preview, fail, whenPlanned } = useExtractPlan(what, busy);
  const strays = preview.kind === 'plan' ? preview.plan.strays.length : 0;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (what === null || busy) return;
    whenPlanned(what, (planned) => void run(what, planned));
  }

  async function run(meant: ExtractWhat, { plan, strays: left }: ExtractPlan) {
    setBusy(true);
    try {
      await liveNote(path)?.session.flush();
      await runExtraction(client, { what: meant, plan, leaveStrays: left.length > 0, go: true });
      closeDialog();
    } catch (error) {
      fail(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Sheet label="Fold into another note" className="extract">
      <form onSubmit={submit}>
        <h1>Fold “{noteName(path)}” into another note</h1>
        <div className="extract-sides">
          <div className="extract-fields">
            {heading === null ? null : (
              <Segments<'note' | 'section'>
                legend="What moves"
                value={which}
                options={[
                  { value: 'note', label: 'the whole note' },
                  { value: 'section', label: `the section “${heading.text}”` },
                ]}
                onChange={setWhich}
              />
            )}
            <NoteAndPlaceFields label="Into" value={into} not={path} isFirst onChange={setInto} />
            <p className="hint">Links to it lead to where its text is then.</p>
          </div>
          <PreviewPane>{what === null ? null : <ExtractPlanView preview={preview} />}</PreviewPane>
        </div>
        <div className="buttons">
          <button type="button" onClick={closeDialog}>
            Cancel <kbd>Esc</kbd>
          </button>
          <button type="submit" className="primary" disabled={busy || what === null}>
            {strays === 0 ? 'Fold it in' : `Fold it in, and leave ${counted(strays, 'link')}`}{' '}
            <kbd>Enter</kbd>
          </button>
        </div>
      </form>
    </Sheet>
  );
}
