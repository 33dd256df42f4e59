import { useEffect, useState } from 'react';
import { RambleError } from '../../contract/errors.ts';
import type { ExtractPlan, ExtractWhat } from '../../contract/extract.ts';
import { useClient } from '../state/client-context.ts';

const PAUSE_MS = 200;

export type ExtractPreview =
  | { kind: 'looking' }
  | { kind: 'plan'; plan: ExtractPlan }
  | { kind: 'taken'; message: string; path: string; suggestion: string; part: number }
  | { kind: 'problem'; message: string };

/** What an extraction would change, asked for anew as it changes; `null` where it is not known yet what is meant. */
export function useExtractPlan(what: ExtractWhat | null) {
  const client = useClient();
  const [preview, setPreview] = useState<ExtractPreview>({ kind: 'looking' });
  const key = JSON.stringify(what);
  useEffect(() => {
    const asked = JSON.parse(key) as ExtractWhat | null;
    if (asked === null) return setPreview({ kind: 'looking' });
    let isStale = false;
    const timer = setTimeout(() => {
      client.call('extract.plan', { what: asked }).then(
        (plan) => isStale || setPreview({ kind: 'plan', plan }),
        (error: unknown) => isStale || setPreview(previewOfError(error)),
      );
    }, PAUSE_MS);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [client, key]);
  return { preview, fail: (error: unknown) => setPreview(previewOfError(error)) };
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
