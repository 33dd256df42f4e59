import { Command } from 'cmdk';
import { type RefObject, useId, useLayoutEffect, useRef } from 'react';
import type { SearchError } from '../../contract/find.ts';

/** Where a search is typed. What is wrong with it is underlined in place, and said beneath. */
export function QueryInput({
  input,
  query,
  error,
  onQuery,
}: {
  input: RefObject<HTMLInputElement | null>;
  query: string;
  error: SearchError | null;
  onQuery: (query: string) => void;
}) {
  const under = useRef<HTMLDivElement>(null);
  const errorId = useId();
  const follow = () => {
    if (input.current !== null && under.current !== null) under.current.scrollLeft = input.current.scrollLeft;
  };
  useLayoutEffect(follow);
  return (
    <>
      <div className="query-field">
        <Command.Input
          ref={input}
          data-first=""
          value={query}
          onValueChange={onQuery}
          onScroll={follow}
          onSelect={follow}
          placeholder="Words, “a phrase”, tag:, mine:, quoted: …"
          spellCheck={false}
          aria-invalid={error !== null}
          aria-describedby={error === null ? undefined : errorId}
        />
        {error === null ? null : (
          <div className="query-under" ref={under} aria-hidden="true">
            {query.slice(0, error.from)}
            <span className="query-fault">{query.slice(error.from, error.to)}</span>
            {query.slice(error.to)}
          </div>
        )}
      </div>
      <div className="query-error" id={errorId} role="status">
        {error?.message}
      </div>
    </>
  );
}

const OPERATORS: readonly [string, string][] = [
  ['"slow reading"', 'these words together'],
  ['slow OR unhurried', 'either of them; ( ) groups'],
  ['-hurry', 'not this'],
  ['mine:doubt', 'in your own words only'],
  ['quoted:doubt', 'in quotations only'],
  ['tag:inbox', 'this tag, and those within it'],
  ['heading:chairs', 'in a heading'],
  ['path:reading', 'in the path; file: in the name'],
  ['before:2021-02', 'earlier evenings; after: later ones'],
  ['/colou?r/', 'a regular expression'],
];

/** The language of searches at a glance. */
export function SearchHelp() {
  return (
    <dl className="search-help">
      {OPERATORS.map(([example, meaning]) => (
        <div key={example}>
          <dt>{example}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
