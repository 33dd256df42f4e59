import type { ReactNode } from 'react';
import { differences } from '../../core/text/diff.ts';

/** A text in which what another text does not have is marked. */
export function ChangedWords({ text, other }: { text: string; other: string }) {
  const parts: ReactNode[] = [];
  let read = 0;
  for (const { from, to } of differences(text, other)) {
    if (from === to) continue;
    parts.push(text.slice(read, from), <mark key={from}>{text.slice(from, to)}</mark>);
    read = to;
  }
  return (
    <>
      {parts}
      {text.slice(read)}
    </>
  );
}
