import type { RefObject } from 'react';

/** Takes the keys that come between an Enter and what it opens ({@link useFinder}); not shown. */
export function EarlyKeys({ field }: { field: RefObject<HTMLTextAreaElement | null> }) {
  return (
    <textarea
      ref={field}
      className="hidden"
      tabIndex={-1}
      aria-label="Goes into the note that is being opened"
    />
  );
}
