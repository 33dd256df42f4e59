import { type NotePath, noteName } from '../../core/paths/note-path.ts';
import { useCall } from '../state/client-context.ts';
import { useLiveText } from '../state/use-live-text.ts';
import { Difference } from './difference.tsx';
import { closeDialog, Sheet } from './sheet.tsx';

const LABELS = {
  other: 'In the copy',
  same: 'The copy holds just what the note holds now.',
  take: 'Take this over',
};

/** A note beside a copy of it that a synchronising program made: what the copy has can be taken over, piece by piece. */
export function CompareDialog({ path, copy }: { path: NotePath; copy: NotePath }) {
  const other = useCall('notes.open', { path: copy })?.text ?? null;
  const now = useLiveText(path);
  return (
    <Sheet label={`${noteName(path)} and its copy`} className="wide compare">
      <header>
        <h1>{noteName(copy)}</h1>
        <button type="button" data-first="" onClick={closeDialog}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      <section className="then" aria-label="What is different in the copy">
        {other === null ? null : <Difference path={path} now={now} other={other} labels={LABELS} />}
      </section>
    </Sheet>
  );
}
