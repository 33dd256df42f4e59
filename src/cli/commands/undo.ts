import type { Command } from 'commander';
import { RambleError } from '../../contract/errors.ts';
import type { SeveralNotesChange } from '../../contract/history.ts';
import { oneLine, print, shownPath } from '../output.ts';
import { type CommonOptions, onVault } from '../vault-command.ts';

const LISTED = 20;

/** Declares `undo`. */
export function declareUndoCommand(program: Command): void {
  onVault<CommonOptions>(
    program
      .command('undo')
      .description('take an extraction or a rename back, or list the latest')
      .argument('[change]', 'which: its number in the list, or “last”')
      .addHelpText(
        'after',
        `
Without an argument it lists the latest changes of several notes, the latest first. Taken back, every note
gets back what the change took, and keeps what was written since; what cannot be taken back is told and stays.
To undo an undo, take that back: it is in the list, too.

Examples:
  ramble undo
  ramble undo last
  ramble undo 73014445032`,
      ),
    async ({ client, args: [named], json }) => {
      const { changes } = await client.call('history.changes', { limit: LISTED });
      if (named === undefined) {
        print(json, { changes }, () => changes.map(lineOf));
        return;
      }
      const change = named === 'last' ? lastOf(changes) : numberOf(named);
      const done = await client.call('history.takeBack', { change });
      print(json, { takenBack: change, ...done }, () => [
        `Taken back. (ramble undo ${done.change} does it again.)`,
        ...done.left.map(
          ({ path, reason }) => `${shownPath(path, 'in a list')} stays as it is: ${oneLine(reason)}.`,
        ),
      ]);
    },
  );
}

function lastOf(changes: SeveralNotesChange[]): number {
  const last = changes.find(({ takenBackBy }) => takenBackBy === null);
  if (last === undefined) throw new RambleError('not-found', 'There is nothing to take back.');
  return last.change;
}

function numberOf(named: string): number {
  if (!/^\d{1,15}$/.test(named))
    throw new RambleError(
      'invalid-params',
      `“${oneLine(named)}” is no number of a change: ramble undo lists them.`,
    );
  return Number(named);
}

function lineOf({ change, at, by, notes, made, moves, trashed, takenBackBy }: SeveralNotesChange): string {
  const when = new Date(at).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' });
  const what = [
    ...made.map((path) => `made ${shownPath(path, 'in a list')}`),
    ...moves.map(({ from, to }) => `${shownPath(from, 'in a list')} -> ${shownPath(to, 'in a list')}`),
    ...trashed.map((path) => `${shownPath(path, 'in a list')} to the trash`),
    `${notes} ${notes === 1 ? 'note' : 'notes'}`,
  ].join(', ');
  return `${change}  ${when}  ${by}: ${what}${takenBackBy === null ? '' : ' (taken back)'}`;
}
