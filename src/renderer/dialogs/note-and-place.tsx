import { useEffect, useId, useState } from 'react';
import type { ExtractPlace } from '../../contract/extract.ts';
import type { Heading } from '../../core/markdown/note-facts.ts';
import { understandNote } from '../../core/markdown/understand.ts';
import { type NotePath, noteName } from '../../core/paths/note-path.ts';
import { useCall, useClient } from '../state/client-context.ts';
import { Combobox } from './combobox.tsx';
import { Segments } from './segments.tsx';

const SHOWN = 6;

export interface NoteAndPlace {
  path: NotePath | null;
  place: ExtractPlace;
}

/** A note that is there, looked for as one types, and where in it. */
export function NoteAndPlaceFields({
  label,
  value,
  not,
  isFirst = false,
  onChange,
}: {
  label: string;
  value: NoteAndPlace;
  /** A note that cannot be chosen. */
  not?: NotePath;
  isFirst?: boolean;
  onChange(value: NoteAndPlace): void;
}) {
  const client = useClient();
  const id = useId();
  const [query, setQuery] = useState(value.path === null ? '' : noteName(value.path));
  const [headings, setHeadings] = useState<Heading[]>([]);
  const isChosen = value.path !== null && query === noteName(value.path);
  const found = useCall('find.quick', isChosen ? null : { query, limit: SHOWN * 2 }, ['index.updated']);
  const paths = [...new Set(found?.matches.map(({ path }) => path) ?? [])].filter((path) => path !== not);

  useEffect(() => {
    setHeadings([]);
    if (value.path === null) return;
    let isStale = false;
    client.call('notes.open', { path: value.path }).then(
      ({ path, text }) => isStale || setHeadings(understandNote(noteName(path), text).headings),
      () => undefined,
    );
    return () => {
      isStale = true;
    };
  }, [client, value.path]);

  return (
    <>
      <div className="field">
        <label htmlFor={id}>{label}</label>
        <Combobox
          id={id}
          isFirst={isFirst}
          listLabel="Notes"
          query={query}
          options={
            isChosen
              ? []
              : paths.slice(0, SHOWN).map((path) => ({ key: path, label: noteName(path), detail: path }))
          }
          placeholder="Title, alias or folder"
          onQuery={(typed) => {
            setQuery(typed);
            if (value.path !== null) onChange({ path: null, place: { at: 'bottom' } });
          }}
          onPick={({ key }) => {
            setQuery(noteName(key));
            onChange({ path: key as NotePath, place: { at: 'bottom' } });
          }}
        />
      </div>
      <Segments
        legend="Where in it"
        value={value.place.at}
        options={[
          { value: 'top', label: 'at the top' },
          { value: 'bottom', label: 'at the end' },
          ...(headings.length === 0 ? [] : [{ value: 'under' as const, label: 'under a heading' }]),
        ]}
        onChange={(at) =>
          onChange({
            ...value,
            place: at === 'under' ? { at, line: headings[0]?.line ?? 1 } : { at },
          })
        }
      />
      {value.place.at === 'under' ? (
        <label className="field">
          <span>Heading</span>
          <select
            value={value.place.line}
            onChange={(event) =>
              onChange({ ...value, place: { at: 'under', line: Number(event.target.value) } })
            }
          >
            {headings.map(({ line, level, text }) => (
              <option key={line} value={line}>
                {'\u2003'.repeat(level - 1)}
                {text}
              </option>
            ))}
          </select>
        </label>
      ) : null}
    </>
  );
}
