import type { Command } from 'commander';
import type { Client } from '../../contract/client.ts';
import type { Params } from '../../contract/contract.ts';
import { RambleError } from '../../contract/errors.ts';
import { findNote } from '../find-note.ts';
import { oneLine, print, shownPath } from '../output.ts';
import { type CommonOptions, onVault } from '../vault-command.ts';

interface RenameOptions extends CommonOptions {
  folder?: boolean;
  tag?: boolean;
  heading?: string;
  block?: string;
  dryRun?: boolean;
  leaveStrays?: boolean;
}

type What = Params<'rename.plan'>['what'];

/** Declares `rename`. */
export function declareRenameCommand(program: Command): void {
  onVault<RenameOptions>(
    program
      .command('rename')
      .description('rename or move a note, with every link that means it')
      .argument(
        '<what>',
        'a note: a path in the vault (with or without .md), or a name that only one note has',
      )
      .argument(
        '<to>',
        'its new name, or its new path where it holds a slash (/NAME is the top of the vault)',
      )
      .option('--folder', 'rename or move a folder instead; both are paths in the vault')
      .option('--tag', 'rename a tag instead, and those nested in it')
      .option('--heading <heading>', 'rename a heading of the note instead, named as a link would')
      .option('--block <id>', 'rename a block of the note instead')
      .option('--dry-run', 'only say what would change')
      .option('--leave-strays', 'go on where links cannot follow, and leave those as they are')
      .addHelpText(
        'after',
        `
Prints every note that changes, before it moves. All of it is done or nothing: a name that is taken gives the exit code 4.

Examples:
  ramble rename Inbox "Later"
  ramble rename Inbox Lists/Inbox --dry-run
  ramble rename Inbox "Some day" --heading Later
  ramble rename --tag p/craft craft`,
      ),
    async ({ client, settled, args: [named = '', to = ''], options, json }) => {
      await settled();
      const what = await whatOf(client, named, to, options);
      const { plan, moves, notes, places, strays, searches } = await client.call('rename.plan', { what });
      if (!options.dryRun)
        await client.call('rename.run', {
          what,
          plan,
          leaveStrays: options.leaveStrays ?? false,
          awaitFiles: true,
        });
      print(json, { moves, notes, places, strays, searches, done: !options.dryRun }, () => [
        ...moves.map((move) => `${shownPath(move.from, 'in a list')} -> ${shownPath(move.to, 'in a list')}`),
        ...notes.flatMap(({ path, lines }) =>
          lines.map(({ line, after }) => `${shownPath(path, 'in a list')}:${line}: ${oneLine(after)}`),
        ),
        ...searches.map(({ name, after }) => `Saved search “${oneLine(name)}”: ${oneLine(after)}`),
        ...strays.map(
          ({ path, line, text, reason }) =>
            `${shownPath(path, 'in a list')}:${line}: ${oneLine(text)} stays as it is. ${oneLine(reason)}`,
        ),
      ]);
    },
  );
}

async function whatOf(client: Client, named: string, to: string, options: RenameOptions): Promise<What> {
  if (options.folder) return { kind: 'folder', folder: named, to };
  if (options.tag) return { kind: 'tag', tag: named, to };
  const path = await findNote(client, named, 'name only');
  if (options.block !== undefined)
    return { kind: 'block', path, id: options.block.replace(/^\^/, ''), to: to.replace(/^\^/, '') };
  if (options.heading !== undefined) {
    const targets = [`#${options.heading}`];
    const line = (await client.call('links.resolve', { from: path, targets })).targets[0]?.line ?? null;
    if (line === null)
      throw new RambleError('not-found', `“${path}” has no heading called “${options.heading}”.`);
    return { kind: 'heading', path, line, to };
  }
  const place = to.includes('/') ? to.replace(/^\/+/, '') : path.slice(0, path.lastIndexOf('/') + 1) + to;
  return { kind: 'note', path, to: /\.md$/i.test(place) ? place : `${place}.md` };
}
