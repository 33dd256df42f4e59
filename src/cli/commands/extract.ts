import { type Command, Option } from 'commander';
import { type LeaveBehind, leaveBehind } from '../../contract/extract.ts';
import { findNote } from '../find-note.ts';
import { print, shownPath } from '../output.ts';
import { type CommonOptions, onVault } from '../vault-command.ts';

interface ExtractOptions extends CommonOptions {
  heading: string;
  title?: string;
  folder?: string;
  tag?: string[];
  parent?: string[];
  leave?: LeaveBehind;
  append?: boolean;
}

const collect = (value: string, before: string[] = []) => [...before, value];

/** Declares `extract`. What is not said on the command line is what the app's dialog would propose. */
export function declareExtractCommand(program: Command): void {
  onVault<ExtractOptions>(
    program
      .command('extract')
      .description('pull a section out to a page of its own, leaving a link')
      .argument('<note>', 'a path in the vault (with or without .md), or a name that only one note has')
      .requiredOption('--heading <heading>', 'the section’s heading, as it reads')
      .option('--title <title>', 'the new page’s title (else the heading)')
      .option('--folder <folder>', 'where it goes (else as the settings say)')
      .option('--tag <tag>', 'a tag for it; may be repeated (else as the settings say)', collect)
      .option('--parent <map>', 'a parent map of content; may be repeated', collect)
      .addOption(
        new Option('--leave <what>', 'what stays behind (else as the settings say)').choices(
          leaveBehind.options,
        ),
      )
      .option('--append', 'where a note of that name exists, add the text at its end')
      .addHelpText(
        'after',
        `
Prints the new note's path. Where a note of that name exists nothing is changed and the exit code is 4, unless --append is given.

Examples:
  ramble extract "2026-03-05 - The Evening Ramble" --heading "The maker’s second look" \\
    --tag p/craft/inbox --parent "+ Libraries & Craft MoC"
  ramble extract Inbox --heading Later --title "Some day" --folder Lists --leave nothing --json`,
      ),
    async ({ client, settled, args: [named = ''], options, json }) => {
      await settled();
      const path = await findNote(client, named, 'name only');
      const { heading } = options;
      const { selection, text, version } = await client.call('extract.findSection', { path, heading });
      const proposal = await client.call('extract.propose', { path, text, selection });
      const outcome = await client.call('extract.run', {
        path,
        version,
        range: selection,
        title: options.title ?? proposal.title,
        folder: options.folder ?? proposal.folder,
        tags: options.tag ?? proposal.tags,
        parents: options.parent ?? proposal.parents,
        leave: options.leave ?? proposal.leave,
        existing: options.append ? 'append' : 'refuse',
      });
      const { title, source } = outcome;
      print(json, { path: outcome.path, title, source: source.path }, () => [shownPath(outcome.path)]);
    },
  );
}
