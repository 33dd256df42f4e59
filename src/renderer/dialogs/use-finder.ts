import { type KeyboardEvent, useEffect, useRef, useState } from 'react';

export interface FinderOptions<Item> {
  items: readonly Item[];
  /** Tells the items apart; begins and ends with no space. */
  keyOf: (item: Item) => string;
  /** Whether the items answer what is typed now. */
  fresh: boolean;
  open: (item: Item) => void;
}

/**
 * Which item of a list that is asked for as one types is chosen, and Enter. Each new answer chooses its first item; Enter that comes
 * before the answer waits for it: whoever types quickly must not open what an earlier letter found.
 */
export function useFinder<Item>({ items, keyOf, fresh, open }: FinderOptions<Item>) {
  const first = items[0] === undefined ? '' : keyOf(items[0]);
  const [pick, setPick] = useState({ among: first, key: first });
  const chosen = pick.among === first ? pick.key : first;
  const waiting = useRef(false);

  useEffect(() => {
    // While the folder is being read there may be nothing yet.
    if (!fresh || !waiting.current || items[0] === undefined) return;
    waiting.current = false;
    open(items[0]);
  });

  return {
    chosen,
    choose: (key: string) => setPick({ among: first, key }),
    onKeyDown(event: KeyboardEvent) {
      if (event.nativeEvent.isComposing) return;
      if (event.key !== 'Enter' || event.shiftKey) {
        waiting.current = false;
        return;
      }
      event.preventDefault();
      const item = items.find((candidate) => keyOf(candidate) === chosen);
      if (fresh && item !== undefined) open(item);
      else waiting.current = true;
    },
  };
}
