import { useEffect, useRef } from 'react';
import type { Tonight } from '../../contract/journal.ts';
import { useCall, useClient } from '../state/client-context.ts';
import { openTonight } from '../state/navigation.ts';
import { tell, useWindow } from '../state/store.ts';

/** `setTimeout` cannot wait longer than this. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/**
 * Tonight, asked again when the evening ends. What is being written stays in the evening it was begun in; the new one is offered.
 */
export function useTonight(): Tonight | null {
  const client = useClient();
  const tonight = useCall('journal.tonight', {}, ['index.updated', 'settings.changed', 'vault.progressed']);
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (tonight === null) return;
    useWindow.setState({ tonight: tonight.path });
    if (shown.current !== null && shown.current !== tonight.day) {
      tell({
        text: 'A new evening has begun. What you are writing stays in the one before.',
        sticky: true,
        action: { label: 'Open tonight’s ramble', run: () => void openTonight(client) },
      });
    }
    shown.current = tonight.day;
    const wait = Math.min(LONGEST_WAIT_MS, Math.max(1000, tonight.endsAtMs - Date.now() + 500));
    const timer = setTimeout(
      () => void client.call('journal.tonight', {}).then(offerNext, () => undefined),
      wait,
    );
    return () => clearTimeout(timer);

    function offerNext(next: Tonight) {
      if (next.day === shown.current) return;
      shown.current = next.day;
      tell({
        text: 'A new evening has begun. What you are writing stays in the one before.',
        sticky: true,
        action: { label: 'Open tonight’s ramble', run: () => void openTonight(client) },
      });
    }
  }, [client, tonight]);
  return tonight;
}
