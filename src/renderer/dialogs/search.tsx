import { Command } from 'cmdk';
import { useEffect, useState } from 'react';
import type { SearchHit } from '../../contract/find.ts';
import { MarkedLine } from '../panels/marked-line.tsx';
import { useAnswer, useClient } from '../state/client-context.ts';
import { openNote } from '../state/navigation.ts';
import { closeDialog, Sheet } from './sheet.tsx';
import { useEnter } from './use-enter.ts';

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
  const first = hits[0] === undefined ? '' : keyOf(hits[0], hits[0].lines[0]?.line ?? null);
  const [chosen, setChosen] = useState('');
  useEffect(() => setChosen(first), [first]);
  const open = (hit: SearchHit, line: number | null) => {
    closeDialog();
    void openNote(client, hit.path, line);
  };
  const onEnter = useEnter(fresh, () => {
    if (hits[0] === undefined) return false;
    open(hits[0], hits[0].lines[0]?.line ?? null);
    return true;
  });
  return (
    <Sheet label="Search the text of all notes" className="finder wide">
      <Command shouldFilter={false} loop value={chosen} onValueChange={setChosen} onKeyDown={onEnter}>
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
              {hit.lines.map((line) => (
                <Command.Item
                  key={line.line}
                  value={keyOf(hit, line.line)}
                  onSelect={() => open(hit, line.line)}
                >
                  <span className="finder-line">
                    <MarkedLine line={line} />
                  </span>
                </Command.Item>
              ))}
              {hit.lines.length === 0 ? (
                <Command.Item value={keyOf(hit, null)} onSelect={() => open(hit, null)}>
                  <span className="finder-path">{hit.path}</span>
                </Command.Item>
              ) : null}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
    </Sheet>
  );
}

const keyOf = (hit: SearchHit, line: number | null) => `${hit.path}\n${line ?? ''}`;
