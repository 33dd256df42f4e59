import type { Client } from '../../contract/client.ts';
import { noteName } from '../../core/paths/note-path.ts';
import type { DoneElsewhere } from '../editor/undo-elsewhere.ts';
import { isLive, type LiveNote } from './open-notes.ts';
import { type NoticeAction, tell, tellError } from './store.ts';

/**
 * Lets undo and redo turn a change of several notes back and forth; a key that comes before the answer to the one before waits for it.
 * What stays as it is, is told.
 */
function takeBackBy(client: Client, first: number): DoneElsewhere & { isWantedBack(): boolean } {
  let change = first;
  let isBack = false;
  let wanted = false;
  let queue = Promise.resolve();
  return {
    isWantedBack: () => wanted,
    turn() {
      wanted = !wanted;
      queue = queue
        .then(async () => {
          // The keys after this one meant it as it is, or it could not be taken back the last time.
          if (isBack === wanted) return;
          const done = await client.call('history.takeBack', { change });
          change = done.change;
          for (const { path, reason } of done.left)
            tell({ text: `“${noteName(path)}” stays as it is: ${reason}.`, tone: 'warning' });
          isBack = !isBack;
        })
        .catch(tellError);
    },
  };
}

/**
 * Offers to take a change of several notes back: by the keys of undo in the note that it was made from, where that is open, and by a
 * notice's button, which is given. What the button did, undo turns, too.
 */
export function offerTakeBack(client: Client, from: LiveNote | undefined, change: number): NoticeAction {
  const done = takeBackBy(client, change);
  from?.editor.remember(done);
  return {
    label: 'Take it back',
    run() {
      // The keys were quicker.
      if (done.isWantedBack()) return;
      done.turn();
      if (from !== undefined && isLive(from)) from.editor.remember(done);
    },
  };
}
