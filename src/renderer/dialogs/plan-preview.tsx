import type { ReactNode } from 'react';
import { type NotePath, noteName } from '../../core/paths/note-path.ts';
import { counted } from '../state/extraction.ts';
import { HunkTexts } from './difference.tsx';

/** More are counted, not shown. */
const MOST_SHOWN = 100;

/** A change of several notes before it is made. */
export interface ShownPlan {
  makes: readonly { path: NotePath; text: string }[];
  /** Each note that changes, with the lines that do: before and after, from `line` (from 1). */
  notes: readonly { path: NotePath; hunks: readonly { line: number; before: string; after: string }[] }[];
  /** `properties` are the lines of its properties, which no other note gets. */
  trashes: readonly { path: NotePath; properties: string }[];
  /** The properties that were to be copied to a note which keeps its own. */
  keptProperties?: readonly string[];
  /** Files that get another path (`goes`), or could. */
  files?: readonly { from: string; to: string; goes: boolean }[];
  strays: readonly { path: NotePath; line: number; text: string; reason: string }[];
}

/** Every note that will change, as a difference; what cannot follow stands first. `summary` says what it comes to. */
export function PlanPreview({ plan, summary }: { plan: ShownPlan; summary: string }) {
  const { makes, notes, trashes, files = [], keptProperties = [], strays } = plan;
  return (
    <>
      {strays.length === 0 ? null : (
        <div className="problem">
          <p>{strays.length === 1 ? 'A link cannot follow:' : `${strays.length} links cannot follow:`}</p>
          <ul>
            {strays.slice(0, MOST_SHOWN).map(({ path, line, text, reason }) => (
              <li key={`${path} ${line} ${text}`}>
                <code>{text}</code> in {noteName(path)}, line {line}. {reason}
              </li>
            ))}
          </ul>
        </div>
      )}
      <p className="hint">
        {summary}
        {keptProperties.length === 0 ? null : ` It keeps its own ${keptProperties.join(', ')}.`}
      </p>
      {makes.slice(0, MOST_SHOWN).map(({ path, text }) => (
        <section key={path} aria-label={noteName(path)}>
          <h2>
            {noteName(path)} <span className="plan-mark">new</span>
          </h2>
          <pre className="hunk-text was">{text.trimEnd()}</pre>
        </section>
      ))}
      {notes.slice(0, MOST_SHOWN).map(({ path, hunks }) => (
        <section key={path} aria-label={noteName(path)}>
          <h2>{noteName(path)}</h2>
          {hunks.slice(0, MOST_SHOWN).map(({ line, before, after }) => (
            <figure key={line} className="hunk">
              <figcaption>Line {line}</figcaption>
              <HunkTexts other={{ label: 'After', text: after }} now={{ label: 'Now', text: before }} />
            </figure>
          ))}
        </section>
      ))}
      {trashes.map(({ path, properties }) => (
        <section key={path} aria-label={noteName(path)}>
          <h2>
            {noteName(path)} <span className="plan-mark">goes to the trash</span>
          </h2>
          {properties === '' ? null : (
            <figure className="hunk">
              <figcaption>With its properties, which no other note gets</figcaption>
              <pre className="hunk-text is">{properties}</pre>
            </figure>
          )}
        </section>
      ))}
      {files
        .filter(({ goes }) => goes)
        .map(({ from, to }) => (
          <section key={from} aria-label={from}>
            <h2>
              {from} <span className="plan-mark">goes to {to}</span>
            </h2>
          </section>
        ))}
      {notes.length <= MOST_SHOWN ? null : (
        <p className="hint">And {counted(notes.length - MOST_SHOWN, 'more note')}.</p>
      )}
    </>
  );
}

/** Where a preview stands. */
export function PreviewPane({ children }: { children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to be able to
    <section className="plan-preview" aria-label="What would change" aria-live="polite" tabIndex={0}>
      {children}
    </section>
  );
}
