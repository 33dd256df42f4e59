import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { Moment } from '../../contract/history.ts';

const BY: Record<Moment['by'], string> = {
  you: 'You wrote',
  'another program': 'Another program',
  extraction: 'Extraction',
  'a script': 'A script added',
  history: 'Brought back',
  'a rename': 'Renamed',
  'as it was': 'As it was',
};

/** What tells a moment from every other of a path: a note that was deleted and made again has two lines of versions. */
const keyOf = ({ document, version, kept }: Moment) => `${document} ${version} ${kept ?? ''}`;

/** The moment that was chosen, also where it has gone on since: `undefined` where nothing was, or it is there no more. */
export function findChosen(moments: readonly Moment[], chosen: Moment | null): Moment | undefined {
  if (chosen === null) return undefined;
  const goesOn = (one: Moment) =>
    one.document === chosen.document && one.kept === null && one.version >= chosen.version;
  return (
    moments.find((one) => keyOf(one) === keyOf(chosen)) ??
    (chosen.kept === null ? moments.findLast(goesOn) : undefined)
  );
}

/** What the services are asked for a moment by. */
export const whichOf = ({ document, version, kept }: Moment) => ({ document, version, kept });

/** Every moment of a note, the newest first, under its day. `newest` is what the first is called at its end. */
export function Timeline({
  moments,
  chosen,
  newest,
  onChoose,
}: {
  moments: readonly Moment[];
  chosen: Moment | undefined;
  newest: string;
  onChoose(moment: Moment): void;
}) {
  const list = useRef<HTMLElement>(null);
  const isThere = moments.length > 0;
  // The keys are for walking through the past, from the moment that is shown.
  useEffect(() => {
    if (isThere) list.current?.querySelector<HTMLElement>('[aria-current="true"]')?.focus();
  }, [isThere]);
  return (
    <nav ref={list} aria-label="Moments" className="moments" onKeyDown={walk}>
      {moments.map((one, index) => {
        const day = dayOf(one.at);
        const before = moments[index - 1];
        return (
          <div key={keyOf(one)}>
            {before !== undefined && before.document !== one.document ? (
              <p className="earlier">Another note of this name, before</p>
            ) : null}
            {before === undefined || before.document !== one.document || dayOf(before.at) !== day ? (
              <h2>{day}</h2>
            ) : null}
            <button
              type="button"
              className="row moment"
              aria-current={one === chosen}
              onClick={() => onChoose(one)}
              onFocus={() => onChoose(one)}
            >
              <span className="time">{timeOf(one.at)}</span>
              <span>{one.kept === null ? BY[one.by] : 'Another program’s version'}</span>
              <span className="n">{index === 0 ? newest : one.edits > 1 ? `${one.edits} edits` : ''}</span>
            </button>
          </div>
        );
      })}
    </nav>
  );
}

/** Up and down walk through the moments, Home and End to the newest and the oldest. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('.moment')];
  const at = rows.indexOf(document.activeElement as HTMLButtonElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  rows[Math.max(0, Math.min(rows.length - 1, to))]?.focus();
}

function dayOf(at: number): string {
  return new Date(at).toLocaleDateString(undefined, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
}

function timeOf(at: number): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}
