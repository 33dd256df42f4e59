import type { LeftBehind } from '../../contract/history.ts';
import { noteName } from '../../core/paths/note-path.ts';
import type { DoneElsewhere } from '../editor/undo-elsewhere.ts';
import { tell, tellError } from './store.ts';

/**
 * Lets undo and redo turn a change of several notes back and forth. `takeBack` takes a change back by its number and gives the number
 * of what it did, which takes that back in turn; a key that comes before the answer waits for it. What stays as it is, is told.
 */
export function takeBackBy(
  first: number,
  takeBack: (change: number) => Promise<{ change: number; left: LeftBehind[] }>,
): DoneElsewhere {
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
          const done = await takeBack(change);
          change = done.change;
          for (const { path, reason } of done.left)
            tell({ text: `“${noteName(path)}” stays as it is: ${reason}.`, tone: 'warning' });
          isBack = !isBack;
        })
        .catch(tellError);
    },
  };
}
