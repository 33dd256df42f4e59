import { useEffect, useRef, useState } from 'react';
import { RambleError } from '../../contract/errors.ts';
import type { ExtractPlan, ExtractWhat } from '../../contract/extract.ts';
import { useClient } from '../state/client-context.ts';

const PAUSE_MS = 200;
/** What a plan is made from may be another after these. */
const CHANGES = ['note.edited', 'note.gone', 'index.updated'] as const;

export type ExtractPreview =
  | { kind: 'looking' }
  | { kind: 'plan'; plan: ExtractPlan }
  | { kind: 'taken'; message: string; path: string; suggestion: string; part: number }
  | { kind: 'problem'; message: string };

/**
 * What an extraction would change, asked for anew as it, or the notes, change; `null` where it is not known yet what is meant. `isBusy` while
 * it is done: then the notes change by it. What `fail` was given stays until something else is meant, or it is tried again.
 */
export function useExtractPlan(what: ExtractWhat | null, isBusy: boolean) {
  const client = useClient();
  const busy = useRef(isBusy);
  busy.current = isBusy;
  const failed = useRef<string | null>(null);
  /** The plan on the screen, while it is of what is meant and nothing has changed since. */
  const shown = useRef<ExtractPlan | null>(null);
  const waiting = useRef<{ key: string; goOn(plan: ExtractPlan): void } | null>(null);
  const askAnew = useRef(() => {});
  const [preview, setPreview] = useState<ExtractPreview>({ kind: 'looking' });
  const key = JSON.stringify(what);
  useEffect(() => {
    const asked = JSON.parse(key) as ExtractWhat | null;
    shown.current = null;
    if (asked === null) return setPreview({ kind: 'looking' });
    failed.current = null;
    let latest = 0;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const ask = () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (busy.current || failed.current === key) return;
      latest += 1;
      const count = latest;
      const show = (answer: ExtractPreview) => {
        if (count !== latest || failed.current === key) return;
        setPreview(answer);
        const waits = waiting.current?.key === key ? waiting.current : null;
        if (waits !== null) waiting.current = null;
        if (answer.kind !== 'plan') return;
        shown.current = answer.plan;
        if (answer.plan.strays.length === 0) waits?.goOn(answer.plan);
      };
      client.call('extract.plan', { what: asked }).then(
        (plan) => show({ kind: 'plan', plan }),
        (error: unknown) => show(previewOfError(error)),
      );
    };
    const askSoon = () => {
      shown.current = null;
      timer ??= setTimeout(ask, PAUSE_MS);
    };
    askAnew.current = () => {
      failed.current = null;
      ask();
    };
    if (waiting.current?.key === key) ask();
    else askSoon();
    const stops = CHANGES.map((event) => client.on(event, askSoon));
    return () => {
      latest += 1;
      if (waiting.current?.key === key) waiting.current = null;
      if (timer !== null) clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [client, key]);
  const fail = (error: unknown) => {
    failed.current = key;
    shown.current = null;
    setPreview(previewOfError(error));
  };
  /**
   * Goes on with the plan of `meant`, which is on the screen by then: at once where it is, else when it comes. Not at all where it cannot
   * be done, shows only then what cannot follow, or something else is meant before it comes.
   */
  const whenPlanned = (meant: ExtractWhat, goOn: (plan: ExtractPlan) => void) => {
    const meantKey = JSON.stringify(meant);
    if (meantKey === key && shown.current !== null) return goOn(shown.current);
    waiting.current = { key: meantKey, goOn };
    if (meantKey === key) askAnew.current();
  };
  return { preview, fail, whenPlanned };
}

function previewOfError(error: unknown): ExtractPreview {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof RambleError) || error.code !== 'exists' || error.data?.suggestion === undefined)
    return { kind: 'problem', message };
  const { path, suggestion, part } = error.data;
  return {
    kind: 'taken',
    message,
    path: String(path),
    suggestion: String(suggestion),
    part: Number(part ?? 0),
  };
}
