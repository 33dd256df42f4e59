import { Command } from 'cmdk';
import { X } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { SearchHit } from '../../contract/find.ts';
import type { SavedSearch } from '../../contract/settings.ts';
import type { ShownLine } from '../../contract/shapes.ts';
import { MarkedLine } from '../panels/marked-line.tsx';
import { isMac } from '../shell/key.tsx';
import { useAnswer, useClient } from '../state/client-context.ts';
import { openNote } from '../state/navigation.ts';
import { windowName } from '../state/window-name.ts';
import { EarlyKeys } from './early-keys.tsx';
import { SaveSearch } from './save-search.tsx';
import { QueryInput, SearchHelp } from './search-parts.tsx';
import { closeDialog, Sheet } from './sheet.tsx';
import { useFinder } from './use-finder.ts';
import { useSavedSearches } from './use-saved-searches.ts';

const SHOWN = 30;
const OPERATOR_LINE = 'tag: path: file: heading: mine: quoted: before: after:';

/** Search all notes, as one types. Nothing typed: the saved searches. */
export function Search({ initial }: { initial: string }) {
  const client = useClient();
  const [query, setQuery] = useState(initial);
  const [naming, setNaming] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const { searches, change } = useSavedSearches();
  const isEmpty = query.trim() === '';
  const {
    result: answer,
    fresh,
    failure,
  } = useAnswer(
    'find.text',
    isEmpty ? null : { query, limit: SHOWN, typing: true, asker: `${windowName()}-search` },
    ['index.updated'],
  );
  const error = answer !== null && 'error' in answer ? answer.error : null;
  const failed = !isEmpty && !fresh && failure !== null;
  const hits = !failed && answer !== null && 'hits' in answer ? answer.hits : [];
  const partial = answer !== null && 'hits' in answer ? answer.partial : null;
  const rows: Row[] = isEmpty ? searches.map((saved) => ({ saved })) : hits.flatMap(placesOf);
  const saved = searches.find((search) => search.query === query.trim());

  const open = (row: Row, typed = '') => {
    if ('saved' in row) {
      setQuery(row.saved.query);
      return;
    }
    closeDialog();
    void openNote(client, row.path, { line: row.line?.line ?? null, typed });
  };
  const finder = useFinder({ items: rows, keyOf, fresh: isEmpty || fresh, failed, open });
  const endNaming = () => {
    setNaming(false);
    input.current?.focus();
  };
  const forget = (name: string) => change(searches.filter((search) => search.name !== name));
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = rows.find((row) => keyOf(row) === finder.chosen);
    if (event.key === 'Delete' && isEmpty && chosen !== undefined && 'saved' in chosen) {
      event.preventDefault();
      forget(chosen.saved.name);
    } else if (event.key.toLowerCase() === 's' && (isMac ? event.metaKey : event.ctrlKey)) {
      event.preventDefault();
      if (!isEmpty && error === null && saved === undefined) setNaming(true);
    } else if (event.key === 'Enter' && fresh && error !== null) event.preventDefault();
    else finder.onKeyDown(event);
  };

  return (
    <Sheet label="Search all notes" className="finder wide">
      <EarlyKeys field={finder.early} />
      <Command
        shouldFilter={false}
        loop
        value={finder.chosen}
        onValueChange={finder.choose}
        onKeyDown={naming ? undefined : onKeyDown}
      >
        <QueryInput input={input} query={query} error={fresh ? error : null} onQuery={setQuery} />
        <Command.List label={isEmpty ? 'Saved searches' : 'What was found'}>
          {isEmpty ? <SavedSearches searches={searches} open={open} forget={forget} /> : null}
          {hits.map((hit) => (
            <Hit key={hit.path} hit={hit} open={open} />
          ))}
        </Command.List>
        {isEmpty ? <SearchHelp /> : null}
        {failed ? (
          <div className="finder-empty" role="alert">
            {failure}
          </div>
        ) : null}
        {answer !== null && error === null && fresh && hits.length === 0 ? (
          <div className="finder-empty">No note fits that.</div>
        ) : null}
        {partial === null ? null : <div className="finder-partial">{partial}</div>}
        {naming ? (
          <SaveSearch
            query={query.trim()}
            onSave={(name) => {
              change([...searches.filter((search) => search.name !== name), { name, query: query.trim() }]);
              endNaming();
            }}
            onCancel={endNaming}
          />
        ) : (
          <Foot
            saved={saved}
            canForget={isEmpty && searches.length > 0}
            canSave={!isEmpty && error === null}
            save={() => setNaming(true)}
          />
        )}
      </Command>
    </Sheet>
  );
}

function Foot({
  saved,
  canForget,
  canSave,
  save,
}: {
  saved: SavedSearch | undefined;
  canForget: boolean;
  canSave: boolean;
  save: () => void;
}) {
  return (
    <div className="finder-foot">
      <span>
        <kbd>Enter</kbd> open
      </span>
      <span>
        <kbd>Esc</kbd> close
      </span>
      {canForget ? (
        <span>
          <kbd>Del</kbd> forget a saved search
        </span>
      ) : null}
      {canSave || saved !== undefined ? <span className="finder-operators">{OPERATOR_LINE}</span> : null}
      {saved === undefined && canSave ? (
        <button type="button" className="finder-save" onClick={save}>
          <kbd>{isMac ? '⌘S' : 'Ctrl S'}</kbd> save this search
        </button>
      ) : null}
      {saved === undefined ? null : <span className="finder-save">Saved as “{saved.name}”</span>}
    </div>
  );
}

function SavedSearches({
  searches,
  open,
  forget,
}: {
  searches: readonly SavedSearch[];
  open: (row: Row) => void;
  forget: (name: string) => void;
}) {
  if (searches.length === 0) return null;
  return (
    <Command.Group heading="Saved searches">
      {searches.map((saved) => (
        <Command.Item key={saved.name} value={keyOf({ saved })} onSelect={() => open({ saved })}>
          <span className="finder-title">{saved.name}</span>
          <code className="finder-query">{saved.query}</code>
          {/* Delete is the keyboard's way: an option holds no other control. */}
          <span
            className="finder-forget"
            title="Forget it"
            aria-hidden="true"
            onClick={(event) => {
              event.stopPropagation();
              forget(saved.name);
            }}
          >
            <X size={14} />
          </span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function Hit({ hit, open }: { hit: SearchHit; open: (row: Row) => void }) {
  const folder = hit.path.slice(0, Math.max(0, hit.path.lastIndexOf('/')));
  return (
    <Command.Group
      heading={
        <>
          {hit.title}
          {folder === '' ? null : <span className="finder-folder">{folder}</span>}
        </>
      }
    >
      {placesOf(hit).map((place) => (
        <Command.Item key={keyOf(place)} value={keyOf(place)} onSelect={() => open(place)}>
          {place.line === null ? (
            <span className="finder-whole">{place.path}</span>
          ) : (
            <span className="finder-line">
              <MarkedLine line={place.line} />
            </span>
          )}
        </Command.Item>
      ))}
      {hit.more === 0 ? null : (
        <div className="finder-more">{hit.more === 1 ? '1 more line' : `${hit.more} more lines`}</div>
      )}
    </Command.Group>
  );
}

interface Place {
  path: SearchHit['path'];
  /** `null` where the note fits, but no line of it shows why. */
  line: ShownLine | null;
}

type Row = Place | { saved: SavedSearch };

function placesOf({ path, lines }: SearchHit): Place[] {
  return lines.length === 0 ? [{ path, line: null }] : lines.map((line) => ({ path, line }));
}

const keyOf = (row: Row) =>
  'saved' in row ? `saved:${row.saved.name}` : `${row.line?.line ?? 0} ${row.path}`;
