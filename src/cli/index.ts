import { Command, CommanderError } from 'commander';
import { version } from '../backend/version.ts';
import { RambleError } from '../contract/errors.ts';
import { declareExtractCommands } from './commands/extract.ts';
import { declareFindCommands } from './commands/find.ts';
import { declareJournalCommands } from './commands/journal.ts';
import { declareOverviewCommands } from './commands/overview.ts';
import { declareRenameCommand } from './commands/rename.ts';
import { declareUndoCommand } from './commands/undo.ts';
import { EXIT_CODES_HELP, USED_WRONGLY } from './exit-codes.ts';
import { fail } from './output.ts';
import { addCommonOptions } from './vault-command.ts';

const given = process.argv.slice(2);
const literal = given.indexOf('--');
const json = (literal < 0 ? given : given.slice(0, literal)).includes('--json');

const program = addCommonOptions(new Command('ramble'))
  .description(
    'Evening Ramble in the terminal: the same notes through the same services, with no window open.',
  )
  .version(version, '--version', 'print the version')
  .helpOption('-h, --help', 'print this; ramble COMMAND --help says more, with examples')
  .helpCommand(false)
  .usage('COMMAND [options]')
  // A title may begin like an option of ours: what follows a command belongs to that command.
  .enablePositionalOptions()
  .exitOverride()
  // Errors are told in one place, below.
  .configureOutput({ outputError: () => undefined })
  .addHelpText(
    'after',
    `
Examples:
  ramble today --vault ~/notes
  ramble append "Finally read the Okafor."
  ramble search "slow reading" --json
  ramble links -- "-a name that begins with a dash"

An error is one line on stderr, "ramble: MESSAGE"; two more show where a search
is wrong. With --json it is {"error": {"code", "message", "data"}}.

${EXIT_CODES_HELP}`,
  );
declareJournalCommands(program);
declareFindCommands(program);
declareExtractCommands(program);
declareRenameCommand(program);
declareUndoCommand(program);
declareOverviewCommands(program);

// Whoever reads us may stop reading (`ramble search x | head -1`); what was begun is still brought to its end.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  if (given.length === 0) program.outputHelp({ error: true });
  if (given.length === 0) process.exitCode = USED_WRONGLY;
  else await program.parseAsync();
} catch (error) {
  const helped = error instanceof CommanderError && error.exitCode === 0;
  if (!helped) process.exitCode = fail(json, error instanceof CommanderError ? misuse(error) : error);
}

/** What the parser has against the arguments, as our own error. */
function misuse({ code, message }: CommanderError): RambleError {
  const named = program.commands.find((command) => command.name() === program.args[0]);
  const what =
    code === 'commander.help' ? 'name a command' : message.replace(/^error: /, '').replaceAll('\n', ' ');
  const dash =
    code === 'commander.unknownOption' ? '; what begins with a dash and is no option goes after --' : '';
  return new RambleError(
    'invalid-params',
    `${what}${dash} (ramble ${named === undefined ? '' : `${named.name()} `}--help says more)`,
  );
}
