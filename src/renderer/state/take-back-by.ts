import type { DoneElsewhere } from '../editor/undo-elsewhere.ts';
import { tellError } from './store.ts';

/**
 * Lets undo and redo turn a change of several notes back and forth. `takeBack` takes a change back by its number and gives the number
 * of what it did, which takes that back in turn; a key that comes before the answer waits for it.
 */
export function takeBackBy(first: number, takeBack: (change: number) => Promise<number>): DoneElsewhere {
  let change = first;
  let isBack = false;
  let wanted = false;
  let queue = Promise.resolve();
  return {
    turn() {
      wanted = !wanted;
      queue = queue
        .then(async () => {
          // The keys after this one meant it as it is, or it could not be taken back the last time.
          if (isBack === wanted) return;
          change = await takeBack(change);
          isBack = !isBack;
        })
        .catch(tellError);
    },
  };
}
