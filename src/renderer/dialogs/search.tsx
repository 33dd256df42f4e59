import { Command } from 'cmdk';
import { useState } from 'react';
import { MarkedLine } from '../panels/marked-line.tsx';
import { useCall, useClient } from '../state/client-context.ts';
import { openNote } from '../state/navigation.ts';
import { closeDialog, Sheet } from './sheet.tsx';

const SHOWN = 30;

/** Search the text of all notes. Every word must be there; "quotation marks" keep words together. */
export function Search({ initial }: { initial: string }) {
  const client = useClient();
  const [query, setQuery] = useState(initial);
  const answer = useCall('find.text', query.trim() === '' ? null : { query, limit: SHOWN }, [
    'index.updated',
  ]);
  const hits = answer?.hits ?? [];
  return (
    <Sheet label="Search the text of all notes" className="finder wide">
      <Command shouldFilter={false} loop>
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
                  value={`${hit.path}\n${line.line}`}
                  onSelect={() => {
                    closeDialog();
                    void openNote(client, hit.path, line.line);
                  }}
                >
                  <span className="finder-line">
                    <MarkedLine line={line} />
                  </span>
                </Command.Item>
              ))}
              {hit.lines.length === 0 ? (
                <Command.Item
                  value={hit.path}
                  onSelect={() => {
                    closeDialog();
                    void openNote(client, hit.path);
                  }}
                >
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
