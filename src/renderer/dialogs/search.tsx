import { Command } from 'cmdk';
import { useState } from 'react';
import type { SearchHit } from '../../contract/find.ts';
import type { ShownLine } from '../../contract/shapes.ts';
import { MarkedLine } from '../panels/marked-line.tsx';
import { useAnswer, useClient } from '../state/client-context.ts';
import { openNote } from '../state/navigation.ts';
import { EarlyKeys } from './early-keys.tsx';
import { closeDialog, Sheet } from './sheet.tsx';
import { useFinder } from './use-finder.ts';

const SHOWN = 30;

/** Search the text of all notes. Every word must be there; "quotation marks" keep words together. */
export function Search({ initial }: { initial: string }) {
  const client = useClient();
  const [query, setQuery] = useState(initial);
  const { result: answer, fresh } = useAnswer(
    'find.text',
    query.trim() === '' ? null : { query, limit: SHOWN },
    ['index.updated'],
  );
  const hits = answer?.hits ?? [];
  const places = hits.flatMap(placesOf);
  const open = ({ path, line }: Place, typed = '') => {
    closeDialog();
    void openNote(client, path, { line: line?.line ?? null, typed });
  };
  const goOn = (typed: string) => setQuery(query + typed);
  const { chosen, choose, early, onKeyDown } = useFinder({ items: places, keyOf, fresh, open, goOn });
  return (
    <Sheet label="Search the text of all notes" className="finder wide">
      <EarlyKeys field={early} />
      <Command shouldFilter={false} loop value={chosen} onValueChange={choose} onKeyDown={onKeyDown}>
        <Command.Input
          data-first=""
          value={query}
          onValueChange={setQuery}
          placeholder="Words in any note; “quotation marks” keep them together"
        />
        <Command.List>
          {answer !== null && hits.length === 0 ? (
            <div className="finder-empty">No note holds all of that.</div>
          ) : null}
          {query.trim() === '' ? <div className="finder-empty">Type what you remember of it.</div> : null}
          {hits.map((hit) => (
            <Command.Group key={hit.path} heading={hit.title}>
              {placesOf(hit).map((place) => (
                <Command.Item key={keyOf(place)} value={keyOf(place)} onSelect={() => open(place)}>
                  {place.line === null ? (
                    <span className="finder-path">{place.path}</span>
                  ) : (
                    <span className="finder-line">
                      <MarkedLine line={place.line} />
                    </span>
                  )}
                </Command.Item>
              ))}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
    </Sheet>
  );
}

interface Place {
  path: SearchHit['path'];
  /** `null` where the note matches, but no line of it does. */
  line: ShownLine | null;
}

function placesOf({ path, lines }: SearchHit): Place[] {
  return lines.length === 0 ? [{ path, line: null }] : lines.map((line) => ({ path, line }));
}

const keyOf = ({ path, line }: Place) => `${line?.line ?? 0} ${path}`;
