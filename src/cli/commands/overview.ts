import type { Command } from 'commander';
import { gray, oneLine, print, printFile, printLines, shownPath } from '../output.ts';
import { onVault } from '../vault-command.ts';

/** Declares `tags` and `inspect`. */
export function declareOverviewCommands(program: Command): void {
  onVault(
    program
      .command('tags')
      .description('every tag, with how many notes carry it or one nested in it')
      .addHelpText('after', '\nExample:\n  ramble tags --vault ~/notes | sort -rn | head'),
    async ({ client, settled, json }) => {
      await settled();
      const { tags } = await client.call('links.tags', {});
      print(json, { tags }, () => counted(tags.map(({ tag, notes }) => [notes, tag])));
    },
  );

  onVault(
    program
      .command('inspect')
      .description('what is understood of the whole folder')
      .addHelpText(
        'after',
        `
Without --json, a summary: the links to notes that are not written yet, or to headings and blocks that
are not there, and the files that could not be read. With --json, every
note with its headings, links, tags and block ids, in the stable shape of docs/inspect.md.

Examples:
  ramble inspect
  ramble inspect --json | jq '.unresolved[] | select(.count > 1) | .target'`,
      ),
    async ({ client, settled, json }) => {
      await settled();
      const { file, notes, attachments, tags, unresolved, loose, problems } = await client.call(
        'inspect.vault',
        { whole: json },
      );
      if (file !== null) return printFile(file);
      printLines([
        [
          some(notes, 'note'),
          some(attachments, 'other file'),
          some(tags, 'tag'),
          some(
            unresolved.length,
            'name that is linked to and not written yet',
            'names that are linked to and not written yet',
          ),
        ].join(', '),
        ...counted(unresolved.map(({ count, target }) => [count, target])).map((line) => `  ${line}`),
        ...(loose.length === 0
          ? []
          : [
              some(
                loose.length,
                'link to a heading or block that is not there',
                'links to a heading or block that is not there',
              ),
            ]),
        ...loose.map(
          ({ path, line, target, heading, block }) =>
            `  ${shownPath(path, 'in a list')}:${line}: ${oneLine(`${target}#${heading ?? `^${block}`}`)}`,
        ),
        ...(problems.length === 0 ? [] : [some(problems.length, 'problem')]),
        ...problems.map(
          ({ path, message }) => `  ${oneLine(path)}${path === '' ? '' : ': '}${oneLine(message)}`,
        ),
      ]);
    },
  );
}

const some = (count: number, one: string, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;

/** Lines of a number and a name, the numbers one below the other. */
function counted(rows: [count: number, name: string][]): string[] {
  const width = Math.max(0, ...rows.map(([count]) => String(count).length));
  return rows.map(([count, name]) => `${gray(String(count).padStart(width))}  ${oneLine(name)}`);
}
