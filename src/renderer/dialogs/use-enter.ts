import { type KeyboardEvent, useEffect, useRef } from 'react';

/**
 * Enter that comes before the answer to what was typed waits for it: whoever types quickly must not open what an earlier letter
 * found. `openFirst` says whether there was anything to open. Gives the handler for the list's keys.
 */
export function useEnter(fresh: boolean, openFirst: () => boolean): (event: KeyboardEvent) => void {
  const waiting = useRef(false);
  useEffect(() => {
    if (!fresh || !waiting.current) return;
    // While the folder is being read there may be nothing yet.
    if (openFirst()) waiting.current = false;
  });
  return (event) => {
    if (event.key !== 'Enter') waiting.current = false;
    else if (!fresh && !event.shiftKey) {
      event.preventDefault();
      waiting.current = true;
    }
  };
}
