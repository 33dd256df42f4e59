import { useMemo, useState } from 'react';
import type { NotePath } from '../../core/paths/note-path.ts';
import { type Hunk, hunksBetween } from '../../core/text/hunks.ts';
import { ChangedWords } from '../panels/changed-words.tsx';
import { liveNote } from '../state/open-notes.ts';

const MOVED =
  'This part of the note has changed just now, so nothing was replaced. What differs is shown anew.';
const READ_ONLY = 'This note is read only: nothing was changed.';

/**
 * Where another version of an open note differs from what it is now, hunk by hunk; each can be taken over. Nothing can be while what is
 * shown is `stale`: another version than is asked for.
 */
export function Difference({
  path,
  now,
  other,
  labels,
  stale = false,
}: {
  path: NotePath;
  now: string;
  other: string;
  labels: { other: string; same: string; take: string };
  stale?: boolean;
}) {
  const [refused, setRefused] = useState<string | null>(null);
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
    const here = live === undefined ? undefined : sameHunk(hunksBetween(live.editor.text(), other), hunk);
    if (live === undefined || here === undefined) return setRefused(MOVED);
    setRefused(live.editor.replace(here.from, here.to, here.after) ? null : READ_ONLY);
  };
  return (
    <>
      {refused === null ? null : <p role="alert">{refused}</p>}
      {hunks.map((hunk) => (
        <figure key={`${hunk.from} ${hunk.to} ${hunk.after.length}`} className="hunk">
          <figcaption>
            Line {now.slice(0, hunk.from).split('\n').length}
            <button type="button" disabled={stale} onClick={() => take(hunk)}>
              {labels.take}
            </button>
          </figcaption>
          <HunkTexts
            other={{ label: labels.other, text: hunk.after }}
            now={{ label: 'Now', text: hunk.before }}
          />
        </figure>
      ))}
    </>
  );
}

/** The hunk that replaces the same text by the same, wherever it is by now; `undefined` where none or several do. */
function sameHunk(hunks: readonly Hunk[], { before, after }: Hunk): Hunk | undefined {
  const same = hunks.filter((hunk) => hunk.before === before && hunk.after === after);
  return same.length === 1 ? same[0] : undefined;
}

interface Labelled {
  label: string;
  text: string;
}

/** A stretch of another version of a text, and of the text as it is, with the words that are not in both marked. */
export function HunkTexts({ other, now }: { other: Labelled; now: Labelled }) {
  return (
    <>
      <pre className="hunk-text was">
        <span className="label">{other.label}</span>
        <Words text={other.text} other={now.text} />
      </pre>
      <pre className="hunk-text is">
        <span className="label">{now.label}</span>
        <Words text={now.text} other={other.text} />
      </pre>
    </>
  );
}

function Words({ text, other }: { text: string; other: string }) {
  if (text.trim() !== '') return <ChangedWords text={trimmed(text)} other={trimmed(other)} />;
  return <span className="nothing">{text === '' ? 'Nothing here' : 'Blank lines'}</span>;
}

const trimmed = (text: string) => text.replace(/^\n+|\n+$/g, '');
