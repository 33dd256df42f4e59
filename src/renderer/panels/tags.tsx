import { useState } from 'react';
import { useClient } from '../state/client-context.ts';
import { openNote } from '../state/navigation.ts';
import { showDialog } from '../state/store.ts';
import { usePanelCall } from './use-panel-call.ts';

const SHOWN = 12;
const renameTag = (tag: string) => showDialog({ kind: 'rename', of: { kind: 'tag', tag } });
const NONE: { tag: string; notes: number }[] = [];

/** Every tag with its notes; nested tags stand under their parents. */
export function Tags() {
  const tags = usePanelCall('links.tags', {}, ['index.updated'])?.tags ?? NONE;
  const [all, setAll] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  if (tags.length === 0) return null;
  const shown = all ? tags : tags.slice(0, SHOWN);
  return (
    <section aria-labelledby="tags-title">
      <h2 id="tags-title">Tags</h2>
      {shown.map(({ tag, notes }) => (
        <div key={tag}>
          <button
            type="button"
            className="row"
            aria-expanded={chosen === tag}
            title="Enter shows its notes, F2 renames it"
            onClick={() => setChosen(chosen === tag ? null : tag)}
            data-tag={tag}
          >
            <span>{tag}</span>
            <span className="n">{notes}</span>
          </button>
          {chosen === tag ? <Tagged tag={tag} /> : null}
        </div>
      ))}
      {tags.length > SHOWN ? (
        <button type="button" className="row more" onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `All ${tags.length} tags`}
        </button>
      ) : null}
    </section>
  );
}

function Tagged({ tag }: { tag: string }) {
  const client = useClient();
  const notes = usePanelCall('links.tagged', { tag }, ['index.updated'])?.notes ?? [];
  return (
    <div className="nested">
      {notes.map((note) => (
        <button
          key={note.path}
          type="button"
          className="row"
          onClick={() => void openNote(client, note.path)}
        >
          <span>{note.title}</span>
        </button>
      ))}
      <button type="button" className="row more" onClick={() => renameTag(tag)}>
        Rename this tag…
      </button>
    </div>
  );
}
