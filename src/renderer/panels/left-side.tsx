import { useState } from 'react';
import type { RambleEntry, Tonight } from '../../contract/journal.ts';
import { formatDate } from '../../core/journal/date-tokens.ts';
import { noonOf } from '../../core/journal/day.ts';
import type { NotePath } from '../../core/paths/note-path.ts';
import { useClient } from '../state/client-context.ts';
import { openNote, openTonight } from '../state/navigation.ts';
import { useWindow } from '../state/store.ts';
import { Calendar } from './calendar.tsx';
import { Tags } from './tags.tsx';
import { usePanelCall } from './use-panel-call.ts';

const NONE: RambleEntry[] = [];

/** Where one has been: the month, the rambles, the maps, the tags. */
export function LeftSide({ tonight }: { tonight: Tonight | null }) {
  const client = useClient();
  const active = useWindow((state) => state.active);
  const rambles = usePanelCall('journal.rambles', {}, ['index.updated', 'settings.changed'])?.rambles ?? NONE;
  const maps = usePanelCall('links.maps', {}, ['index.updated'])?.maps ?? [];
  const open = (path: NotePath) => void openNote(client, path);
  return (
    <aside className="side left" aria-label="Notes">
      {tonight === null ? null : <Calendar rambles={rambles} tonight={tonight.day} onOpen={open} />}
      {tonight === null ? null : (
        <Rambles
          rambles={rambles}
          tonight={tonight}
          active={active}
          onOpen={open}
          onTonight={() => void openTonight(client)}
        />
      )}
      {maps.length === 0 ? null : (
        <section aria-labelledby="maps-title">
          <h2 id="maps-title">Maps</h2>
          {maps.slice(0, 12).map((map) => (
            <button
              key={map.path}
              type="button"
              className="row"
              aria-current={active === map.path ? 'page' : undefined}
              onClick={() => open(map.path)}
            >
              <span>{map.title.replace(/^\+\s*/, '').replace(/\s+moc$/i, '')}</span>
              <span className="n">{map.backlinks}</span>
            </button>
          ))}
        </section>
      )}
      <Tags />
    </aside>
  );
}

interface RamblesProps {
  rambles: RambleEntry[];
  tonight: Tonight;
  active: NotePath | null;
  onOpen: (path: NotePath) => void;
  onTonight: () => void;
}

/** The rambles by month; this month open, the others a click away. */
function Rambles({ rambles, tonight, active, onOpen, onTonight }: RamblesProps) {
  const months = [...Map.groupBy(rambles, (ramble) => ramble.day.slice(0, 7))];
  const current = tonight.day.slice(0, 7);
  const [opened, setOpened] = useState<Record<string, boolean>>({});
  const first = months.find(([month]) => month <= current)?.[0];
  const hasTonight = rambles.some((ramble) => ramble.day === tonight.day);
  return (
    <section aria-labelledby="rambles-title">
      <h2 id="rambles-title">Rambles</h2>
      {hasTonight ? null : (
        <button
          type="button"
          className="row"
          aria-current={active === tonight.path ? 'page' : undefined}
          onClick={onTonight}
        >
          <span>{formatDate(noonOf(tonight.day), 'ddd D')} · tonight</span>
          <span className="n" />
        </button>
      )}
      {rambles.length === 0 ? <p className="hint">Each evening you write in will be listed here.</p> : null}
      {months.map(([month, entries]) => {
        const isOpen = opened[month] ?? month === (first ?? current);
        return (
          <div key={month}>
            {month === current ? null : (
              <button
                type="button"
                className="row month"
                aria-expanded={isOpen}
                onClick={() => setOpened({ ...opened, [month]: !isOpen })}
              >
                <span>{formatDate(noonOf(`${month}-01`), 'MMMM YYYY')}</span>
                <span className="n">{entries.length}</span>
              </button>
            )}
            {isOpen || month === current
              ? entries.map((ramble) => (
                  <button
                    key={ramble.path}
                    type="button"
                    className="row"
                    aria-current={active === ramble.path ? 'page' : undefined}
                    onClick={() =>
                      ramble.day === tonight.day && ramble.path === tonight.path
                        ? onTonight()
                        : onOpen(ramble.path)
                    }
                    title={ramble.path}
                  >
                    <span>
                      {formatDate(noonOf(ramble.day), 'ddd D')}
                      {ramble.day === tonight.day ? ' · tonight' : ''}
                    </span>
                    <span className="n">{ramble.words}</span>
                  </button>
                ))
              : null}
          </div>
        );
      })}
    </section>
  );
}
