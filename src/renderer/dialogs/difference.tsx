import { useMemo } from 'react';
import type { NotePath } from '../../core/paths/note-path.ts';
import { type Hunk, hunksBetween } from '../../core/text/hunks.ts';
import { ChangedWords } from '../panels/changed-words.tsx';
import { liveNote } from '../state/open-notes.ts';
import { tell } from '../state/store.ts';

/** Where another version of an open note differs from what it is now, hunk by hunk; each can be taken over. */
export function Difference({
  path,
  now,
  other,
  labels,
}: {
  path: NotePath;
  now: string;
  other: string;
  labels: { other: string; same: string; take: string };
}) {
  const hunks = useMemo(() => hunksBetween(now, other), [now, other]);
  if (hunks.length === 0)
    return (
      <>
        <p className="hint">{labels.same}</p>
        <pre className="hunk-text">{other}</pre>
      </>
    );
  const take = (hunk: Hunk) => {
    const live = liveNote(path);
    // The text goes on while one looks: only what is still there is replaced.
    if (live === undefined || live.editor.text() !== now) return;
    if (!live.editor.replace(hunk.from, hunk.to, hunk.after))
      tell({ text: 'This note is read only: nothing was changed.', tone: 'warning' });
  };
  return hunks.map((hunk) => (
    <figure key={`${hunk.from} ${hunk.to} ${hunk.after.length}`} className="hunk">
      <figcaption>
        Line {now.slice(0, hunk.from).split('\n').length}
        <button type="button" onClick={() => take(hunk)}>
          {labels.take}
        </button>
      </figcaption>
      <HunkTexts
        other={{ label: labels.other, text: trimmed(hunk.after) }}
        now={{ label: 'Now', text: trimmed(hunk.before) }}
      />
    </figure>
  ));
}

interface Labelled {
  label: string;
  text: string;
}

/** A stretch of another version of a text, and of the text as it is, with the words that are not in both marked. */
export function HunkTexts({ other, now }: { other: Labelled; now: Labelled }) {
  return (
    <>
      {other.text.trim() === '' ? null : (
        <pre className="hunk-text was">
          <span className="label">{other.label}</span>
          <ChangedWords text={other.text} other={now.text} />
        </pre>
      )}
      {now.text.trim() === '' ? null : (
        <pre className="hunk-text is">
          <span className="label">{now.label}</span>
          <ChangedWords text={now.text} other={other.text} />
        </pre>
      )}
    </>
  );
}

const trimmed = (text: string) => text.replace(/^\n+|\n+$/g, '');
