import { type KeyboardEvent, useEffect, useRef } from 'react';

/**
 * Enter that comes before the answer to what was typed waits for it: whoever types quickly must not open what an earlier letter
 * found. Gives the handler for the list's keys.
 */
export function useEnter(fresh: boolean, openFirst: () => void): (event: KeyboardEvent) => void {
  const waiting = useRef(false);
  useEffect(() => {
    if (!fresh || !waiting.current) return;
    waiting.current = false;
    openFirst();
  });
  return (event) => {
    if (event.key !== 'Enter') waiting.current = false;
    else if (!fresh && !event.shiftKey) {
      event.preventDefault();
      waiting.current = true;
    }
  };
}
