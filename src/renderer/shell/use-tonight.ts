import { useEffect, useRef } from 'react';
import type { Tonight } from '../../contract/journal.ts';
import { useAnswer, useClient } from '../state/client-context.ts';
import { openTonight } from '../state/navigation.ts';
import { tell, useWindow } from '../state/store.ts';

/** `setTimeout` cannot wait longer than this. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/**
 * Tonight, asked again when the evening ends, and when the window is come back to: a computer that slept did not count the hours. What is
 * being written stays in the evening it was begun in; the new one is offered.
 */
export function useTonight(): Tonight | null {
  const client = useClient();
  const { result: tonight, again } = useAnswer('journal.tonight', {}, [
    'index.updated',
    'settings.changed',
    'vault.progressed',
    'vault.resumed',
  ]);
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (tonight === null) return;
    useWindow.setState({ tonight: tonight.path });
    if (shown.current !== null && shown.current !== tonight.day) {
      tell({
        text: 'A new evening has begun. What you are writing stays in the one before.',
        sticky: true,
        actions: [{ label: 'Open tonight’s ramble', run: () => void openTonight(client) }],
      });
    }
    shown.current = tonight.day;
    const left = tonight.endsAtMs - Date.now();
    // The app's clock may be set to another day, for which this one never comes.
    if (left <= 0) return;
    const timer = setTimeout(again, Math.min(LONGEST_WAIT_MS, left + 500));
    return () => clearTimeout(timer);
  }, [client, tonight, again]);
  useEffect(() => {
    const onBack = () => {
      if (document.visibilityState === 'visible') again();
    };
    document.addEventListener('visibilitychange', onBack);
    addEventListener('focus', onBack);
    return () => {
      document.removeEventListener('visibilitychange', onBack);
      removeEventListener('focus', onBack);
    };
  }, [again]);
  return tonight;
}
