import Fuse from 'fuse.js';
import { X } from 'lucide-react';
import { useId, useState } from 'react';
import type { NotePath } from '../../core/paths/note-path.ts';

interface MapNote {
  path: NotePath;
  title: string;
}

const SHOWN = 6;

/** The parent maps of a new note: picked from the vault's maps as one types, or named freely. */
export function ParentMaps({
  chosen,
  maps,
  onChange,
}: {
  chosen: string[];
  maps: MapNote[];
  onChange: (parents: string[]) => void;
}) {
  const id = useId();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const [focused, setFocused] = useState(false);
  const free = maps.filter((map) => !chosen.includes(map.title));
  const found =
    query.trim() === ''
      ? free
      : new Fuse(free, { keys: ['title'], threshold: 0.4, ignoreLocation: true })
          .search(query)
          .map((match) => match.item);
  const shown = focused ? found.slice(0, SHOWN) : [];
  const add = (title: string) => {
    if (title.trim() !== '') onChange([...chosen, title.trim()]);
    setQuery('');
    setAt(0);
  };
  return (
    <div className="field">
      <label htmlFor={id}>Parent maps</label>
      <div className="chips">
        {chosen.map((title) => (
          <span key={title} className="chip">
            {title}
            <button
              type="button"
              aria-label={`Remove ${title}`}
              onClick={() => onChange(chosen.filter((other) => other !== title))}
            >
              <X size={11} aria-hidden="true" />
            </button>
          </span>
        ))}
        <input
          id={id}
          role="combobox"
          aria-expanded={shown.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={shown[at] === undefined ? undefined : `${id}-${at}`}
          value={query}
          placeholder={chosen.length === 0 ? '+ A map of content' : ''}
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
              event.preventDefault();
              const step = event.key === 'ArrowDown' ? 1 : -1;
              setAt((at + step + Math.max(1, shown.length)) % Math.max(1, shown.length));
            } else if ((event.key === 'Enter' || event.key === ',') && query.trim() !== '') {
              event.preventDefault();
              add(shown[at]?.title ?? query);
            } else if (event.key === 'Backspace' && query === '') onChange(chosen.slice(0, -1));
          }}
        />
      </div>
      {shown.length === 0 ? null : (
        <div className="options" id={`${id}-list`} role="listbox" aria-label="Maps of content">
          {shown.map((map, index) => (
            <div
              key={map.path}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              onMouseDown={(event) => {
                event.preventDefault();
                add(map.title);
              }}
            >
              {map.title}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
