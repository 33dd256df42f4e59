import type { Command } from 'commander';
import { gray, print, shownPath, shownText } from '../output.ts';
import { readStandardInput } from '../standard-input.ts';
import { type CommonOptions, onVault } from '../vault-command.ts';

/** Declares `today`, `append` and `rambles`. */
export function declareJournalCommands(program: Command): void {
  onVault<CommonOptions & { print?: boolean }>(
    program
      .command('today')
      .description('where tonight’s ramble is; makes nothing')
      .option('--print', 'print its text; where there is none yet, what it will start from')
      .addHelpText(
        'after',
        `
The path is relative to the vault. The evening ends at an hour that is set in the app (04:00): half past one still belongs to the
day before. In a terminal, a ramble without a file yet is marked; in a script, ask --json for "exists".

Examples:
  ramble today --vault ~/notes
  ramble today --print
  "$EDITOR" ~/notes/"$(ramble today --vault ~/notes)"`,
      ),
    async ({ client, options, json }) => {
      const { path, day, exists, template } = await client.call('journal.tonight', {});
      if (!options.print) {
        const mark = exists || !process.stdout.isTTY ? '' : `  ${gray('(not written yet)')}`;
        return print(json, { path, day, exists }, () => [shownPath(path) + mark]);
      }
      const text = exists ? (await client.call('notes.open', { path })).text : template;
      print(json, { path, day, exists, text }, () => [shownText(text).replace(/\n$/, '')]);
    },
  );

  onVault(
    program
      .command('append')
      .description('add a paragraph to tonight’s ramble, making the note if need be')
      .argument('<text>', 'the paragraph; - reads it from standard input')
      .addHelpText(
        'after',
        `
Prints the ramble's path. The text goes to the end, as a paragraph of its own.

Examples:
  ramble append "Finally read the Okafor."
  ramble append -- "-> a line that begins with a dash"
  date +%H:%M | ramble append -`,
      ),
    async ({ client, args: [given = ''], json }) => {
      const text = given === '-' ? await readStandardInput() : given;
      const { path, created } = await client.call('journal.append', { text });
      print(json, { path, created }, () => [shownPath(path)]);
    },
  );

  onVault(
    program
      .command('rambles')
      .description('every ramble, newest first: day, words, path')
      .addHelpText('after', '\nExample:\n  ramble rambles --vault ~/notes | head -7'),
    async ({ client, settled, json }) => {
      await settled();
      const { rambles } = await client.call('journal.rambles', {});
      const width = Math.max(0, ...rambles.map(({ words }) => String(words).length));
      print(json, { rambles }, () =>
        rambles.map(
          ({ day, words, path }) =>
            `${day}  ${gray(String(words).padStart(width))}  ${shownPath(path, 'in a list')}`,
        ),
      );
    },
  );
}
