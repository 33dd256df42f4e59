import { Command } from 'cmdk';
import { useState } from 'react';
import type { QuickMatch } from '../../contract/find.ts';
import { joinPath, parseNotePath } from '../../core/paths/note-path.ts';
import { safeNoteName } from '../../core/paths/safe-name.ts';
import { useAnswer, useClient } from '../state/client-context.ts';
import { makeNote, openNote } from '../state/navigation.ts';
import { tell } from '../state/store.ts';
import { EarlyKeys } from './early-keys.tsx';
import { NotePreview } from './note-preview.tsx';
import { closeDialog, Sheet } from './sheet.tsx';
import { useFinder } from './use-finder.ts';

const SHOWN = 30;

/** Go to a note by title, alias, path or heading; the ones opened last when nothing is typed. */
export function QuickOpen() {
  const client = useClient();
  const [query, setQuery] = useState('');
  const {
    result: answer,
    fresh,
    failure,
  } = useAnswer('find.quick', { query, limit: SHOWN }, ['index.updated']);
  const failed = !fresh && failure !== null;
  const matches = failed ? [] : (answer?.matches ?? []);

  const open = (match: QuickMatch, typed = '') => {
    closeDialog();
    void openNote(client, match.path, { line: match.line, typed });
  };
  const { chosen, choose, early, onKeyDown } = useFinder({ items: matches, keyOf, fresh, failed, open });
  const create = () => {
    const name = safeNoteName(query);
    const check = parseNotePath(joinPath('', `${name}.md`));
    if (name === '' || !check.ok) {
      tell({ text: 'Type a name for the new note first.', tone: 'warning' });
      return;
    }
    closeDialog();
    void makeNote(client, check.path);
  };

  return (
    <Sheet label="Go to a note" className="finder beside">
      <EarlyKeys field={early} />
      <Command
        shouldFilter={false}
        loop
        value={chosen}
        onValueChange={choose}
        onKeyDown={(event) => {
          onKeyDown(event);
          if (event.key === 'Enter' && event.shiftKey) {
            event.preventDefault();
            create();
          }
        }}
      >
        <Command.Input
          data-first=""
          value={query}
          onValueChange={setQuery}
          placeholder="Title, alias or folder; # for headings"
        />
        <div className="finder-columns">
          <Command.List>
            {failed ? (
              <div className="finder-empty" role="alert">
                {failure}
              </div>
            ) : fresh && matches.length === 0 ? (
              <div className="finder-empty">
                {query === ''
                  ? 'There are no notes here yet.'
                  : query.trimStart().startsWith('#')
                    ? 'No heading fits that.'
                    : `No note is called “${query}”. Shift Enter makes it.`}
              </div>
            ) : null}
            {matches.map((match) => (
              <Command.Item key={keyOf(match)} value={keyOf(match)} onSelect={() => open(match)}>
                <span className="finder-title">{match.title}</span>
                {match.kind === 'title' || match.kind === 'path' ? null : (
                  <span className="finder-matched">
                    {match.kind === 'heading' ? '# ' : ''}
                    {match.matched}
                  </span>
                )}
                {match.path === `${match.title}.md` ? null : (
                  <span className="finder-path">{match.path}</span>
                )}
              </Command.Item>
            ))}
          </Command.List>
          <NotePreview match={matches.find((match) => keyOf(match) === chosen)} />
        </div>
        <div className="finder-foot">
          <span>
            <kbd>Enter</kbd> open
          </span>
          <span>
            <kbd>Shift Enter</kbd> make a note of that name
          </span>
          <span>
            <kbd>Esc</kbd> close
          </span>
        </div>
      </Command>
    </Sheet>
  );
}

const keyOf = (match: QuickMatch) => `${match.line ?? 0}\n${match.path}\n${match.matched}\n${match.kind}`;
