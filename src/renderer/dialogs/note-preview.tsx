import type { QuickMatch } from '../../contract/find.ts';
import { readableLine } from '../panels/readable-line.ts';
import { useCall } from '../state/client-context.ts';

/** How the note that is chosen begins, or how it goes on from the heading that was found. */
export function NotePreview({ match }: { match: QuickMatch | undefined }) {
  const params = match === undefined ? null : { path: match.path, line: match.line };
  const answer = useCall('find.preview', params, ['index.updated']);
  const preview = match === undefined ? null : (answer?.preview ?? null);
  const numbered = preview?.lines.map((text, at) => ({ number: preview.from + at, text })) ?? [];
  return (
    <section className="finder-preview" aria-label="Preview of the chosen note">
      {numbered.map(({ number, text }) => (
        <p key={number} className={classOf(text)}>
          {readableLine({ text, marks: [] }).text}
        </p>
      ))}
      {preview?.lines.every((line) => line.trim() === '') ? (
        <p className="hint">Nothing is written here yet.</p>
      ) : null}
    </section>
  );
}

function classOf(line: string): string {
  if (/^ {0,3}#{1,6}\s/.test(line)) return 'preview-heading';
  if (/^\s*>/.test(line)) return 'preview-quote';
  return line.trim() === '' ? 'preview-gap' : '';
}
