import { type KeyboardEvent, useEffect, useRef, useState } from 'react';

export interface FinderOptions<Item> {
  items: readonly Item[];
  /** Tells the items apart; begins and ends with no space. */
  keyOf: (item: Item) => string;
  /** Whether the items answer what is typed now. */
  fresh: boolean;
  /** Whether there is no answer to it, and none on its way. */
  failed: boolean;
  /** `typed` is what was typed after Enter, while the answer was awaited: it is meant for what is opened. */
  open: (item: Item, typed: string) => void;
}

/**
 * Which item of a list that is asked for as one types is chosen, and Enter. Each new answer chooses its first item; Enter that comes
 * before the answer waits for it: whoever types quickly must not open what an earlier letter found, nor have their first words taken
 * for more of the query. `early` is for a field that is not shown and takes them.
 */
export function useFinder<Item>({ items, keyOf, fresh, failed, open }: FinderOptions<Item>) {
  const first = items[0] === undefined ? '' : keyOf(items[0]);
  const [pick, setPick] = useState({ among: first, key: first });
  const chosen = pick.among === first ? pick.key : first;
  const waiting = useRef(false);
  const early = useRef<HTMLTextAreaElement>(null);
  const asked = useRef<HTMLElement>(null);

  useEffect(() => {
    if (!(fresh || failed) || !waiting.current) return;
    const typed = early.current?.value ?? '';
    if (fresh && items[0] !== undefined) {
      waiting.current = false;
      open(items[0], typed);
    } else if (early.current !== null && document.activeElement === early.current) {
      // While the folder is being read there may be nothing yet: Enter still waits, until something else is typed.
      waiting.current = !failed && typed === '';
      early.current.value = '';
      asked.current?.focus();
      if (typed !== '') goOn(asked.current, typed);
    }
  });

  return {
    chosen,
    choose: (key: string) => setPick({ among: first, key }),
    early,
    onKeyDown(event: KeyboardEvent) {
      if (event.nativeEvent.isComposing) return;
      if (event.key !== 'Enter' || event.shiftKey) {
        waiting.current = false;
        return;
      }
      event.preventDefault();
      const item = items.find((candidate) => keyOf(candidate) === chosen);
      if (fresh && item !== undefined) {
        open(item, '');
        return;
      }
      // No answer is to come.
      if (failed) return;
      waiting.current = true;
      if (!fresh && event.target instanceof HTMLElement) {
        asked.current = event.target;
        early.current?.focus();
      }
    },
  };
}

/** Nothing was found: what was typed after Enter goes on with the query, in the field itself, so that the very next key comes after it. */
function goOn(field: HTMLElement | null, typed: string): void {
  if (!(field instanceof HTMLInputElement)) return;
  field.setRangeText(typed, field.value.length, field.value.length, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
