import { type Command, Option } from 'commander';
import { RambleError } from '../../contract/errors.ts';
import { findNote } from '../find-note.ts';
import { gray, markedLine, oneLine, print, shownPath, warn } from '../output.ts';
import { type CommonOptions, onVault } from '../vault-command.ts';

const limitOption = () =>
  new Option('--limit <n>', 'at most so many').default(20).argParser((value) => {
    const limit = Number(value);
    if (/^\d+$/.test(value) && limit >= 1 && limit <= 200) return limit;
    throw new RambleError('invalid-params', `--limit takes a whole number from 1 to 200, not “${value}”.`);
  });

/** Declares `open`, `search` and `links`. */
export function declareFindCommands(program: Command): void {
  onVault<CommonOptions & { limit: number }>(
    program
      .command('open')
      .description('the note that quick open would open: prints its path, opens no window')
      .argument('<query>', 'some of its title, alias, folder or a heading')
      .addOption(limitOption())
      .addHelpText(
        'after',
        `
With --json, all the matches, best first.

Examples:
  ramble open "slow lib"
  less ~/notes/"$(ramble open "slow lib" --vault ~/notes)"`,
      ),
    async ({ client, settled, args: [query = ''], options: { limit }, json }) => {
      await settled();
      const { matches } = await client.call('find.quick', { query, limit });
      const best = matches[0];
      if (best === undefined) throw new RambleError('not-found', `No note matches “${query}”.`);
      print(json, { path: best.path, matches }, () => [shownPath(best.path)]);
    },
  );

  onVault<CommonOptions & { limit: number }>(
    program
      .command('search')
      .description('search the text of all notes')
      .argument(
        '<query>',
        'words that must all be there, "a phrase", -x, OR, (…), /regex/ and the operators below',
      )
      .addOption(limitOption())
      .addHelpText(
        'after',
        `
Prints the notes, best first, with the lines that show it. Nothing found is no fault: the exit code is 0.

  tag:inbox        tagged #inbox, or #inbox/to-read
  path:  file:     in the path, in the name
  heading:         in a heading
  mine:  quoted:   in your own words, in quotations
  before:2021-02   rambles before February 2021, other notes by their file's time; also after:

Examples:
  ramble search 'slow reading'
  ramble search '"slow reading" library' --limit 5 --json
  ramble search 'mine:(attention OR patience) -tag:inbox after:2021'
  ramble search -- '-quoted:library'`,
      ),
    async ({ client, settled, args: [query = ''], options: { limit }, json }) => {
      await settled();
      const answer = await client.call('find.text', { query, limit });
      if ('error' in answer) {
        const { message, from, to } = answer.error;
        throw new RambleError('invalid-params', message, { query, from, to });
      }
      const { hits, partial } = answer;
      print(json, { hits, partial }, () =>
        hits.flatMap((hit) => [
          shownPath(hit.path, 'in a list'),
          ...hit.lines.map((line) => `${gray(String(line.line).padStart(6))}  ${markedLine(line)}`),
          ...(hit.more === 0 ? [] : [gray(`        … ${hit.more} more`)]),
        ]),
      );
      if (partial !== null && !json) warn(partial);
    },
  );

  onVault(
    program
      .command('links')
      .description('what links to a note (<-), and what it links to (->)')
      .argument('<note>', 'a path in the vault, a name, or what only one note matches in quick open')
      .addHelpText(
        'after',
        `
Examples:
  ramble links "+ Learning & Attention MoC"
  ramble links "Reading notes/@marlowSlowLibraries2019.md" --json
  ramble links -- "-a name that begins with a dash"`,
      ),
    async ({ client, settled, args: [named = ''], json }) => {
      await settled();
      const path = await findNote(client, named, 'name or quick open');
      const { backlinks } = await client.call('links.backlinks', { path });
      const { links } = await client.call('links.outgoing', { path });
      print(json, { path, backlinks, links }, () => [
        oneLine(path),
        ...backlinks.flatMap((link) =>
          link.lines.map((line) => `  <- ${oneLine(link.path)}${gray(`:${line.line}`)}  ${markedLine(line)}`),
        ),
        ...links.map(
          ({ target, resolved }) =>
            `  -> ${oneLine(target)}  ${gray(resolved === null ? '(not written yet)' : oneLine(resolved))}`,
        ),
      ]);
    },
  );
}
