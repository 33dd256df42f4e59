import Fuse from 'fuse.js';
import { X } from 'lucide-react';
import { useId, useState } from 'react';
import type { NotePath } from '../../core/paths/note-path.ts';
import { Combobox } from './combobox.tsx';

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
  const free = maps.filter((map) => !chosen.includes(map.title));
  const found =
    query.trim() === ''
      ? free
      : new Fuse(free, { keys: ['title'], threshold: 0.4, ignoreLocation: true })
          .search(query)
          .map((match) => match.item);
  const add = (title: string) => {
    onChange([...chosen, title]);
    setQuery('');
  };
  return (
    <div className="field">
      <label htmlFor={id}>Parent maps</label>
      <Combobox
        id={id}
        listLabel="Maps of content"
        query={query}
        options={found.slice(0, SHOWN).map(({ path, title }) => ({ key: path, label: title }))}
        placeholder={chosen.length === 0 ? '+ A map of content' : ''}
        before={chosen.map((title) => (
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
        onQuery={setQuery}
        onPick={({ label }) => add(label)}
        onFree={add}
        onBackspace={() => onChange(chosen.slice(0, -1))}
      />
    </div>
  );
}
