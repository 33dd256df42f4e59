import { Command, CommanderError } from 'commander';
import { version } from '../backend/version.ts';
import { declareCommands } from './commands.ts';
import { EXIT_CODES_HELP, fail } from './output.ts';

const USED_WRONGLY = 2;

const program = new Command('ramble')
  .description(
    'Evening Ramble in the terminal: the same notes through the same services, with no window open.',
  )
  .version(version)
  .showHelpAfterError('(ramble --help, or ramble COMMAND --help, says more)')
  .addHelpText(
    'after',
    `
Examples:
  ramble today --vault ~/notes
  ramble append "Finally read the Okafor." --vault ~/notes
  ramble search "slow reading" --json
  ramble links -- "-a name that begins with a dash"

${EXIT_CODES_HELP}
`,
  );
declareCommands(program);
for (const command of [program, ...program.commands]) command.exitOverride();

// Whoever reads us may stop reading: `ramble search x | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const json = process.argv.includes('--json');
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USED_WRONGLY;
  else process.exitCode = fail(json, error);
}
