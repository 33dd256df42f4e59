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
 * it is done: then the notes change by it. What `fail` was given stays until something else is meant.
 */
export function useExtractPlan(what: ExtractWhat | null, isBusy: boolean) {
  const client = useClient();
  const busy = useRef(isBusy);
  busy.current = isBusy;
  const failed = useRef<string | null>(null);
  const [preview, setPreview] = useState<ExtractPreview>({ kind: 'looking' });
  const key = JSON.stringify(what);
  useEffect(() => {
    const asked = JSON.parse(key) as ExtractWhat | null;
    if (asked === null) return setPreview({ kind: 'looking' });
    failed.current = null;
    let latest = 0;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const ask = () => {
      timer = null;
      if (busy.current || failed.current === key) return;
      latest += 1;
      const count = latest;
      const show = (shown: ExtractPreview) => {
        if (count === latest && failed.current !== key) setPreview(shown);
      };
      client.call('extract.plan', { what: asked }).then(
        (plan) => show({ kind: 'plan', plan }),
        (error: unknown) => show(previewOfError(error)),
      );
    };
    const askSoon = () => {
      timer ??= setTimeout(ask, PAUSE_MS);
    };
    askSoon();
    const stops = CHANGES.map((event) => client.on(event, askSoon));
    return () => {
      latest += 1;
      if (timer !== null) clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [client, key]);
  const fail = (error: unknown) => {
    failed.current = key;
    setPreview(previewOfError(error));
  };
  return { preview, fail };
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
