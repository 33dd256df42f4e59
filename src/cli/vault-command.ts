import { type Command, Option } from 'commander';
import { type Session, type SessionOptions, withVault } from './session.ts';

export interface CommonOptions extends SessionOptions {
  json?: boolean;
}

/** One run of a command: what was asked, and the vault to ask it of. */
export interface Run<Options extends CommonOptions> extends Session {
  args: string[];
  options: Options;
  json: boolean;
}

/** Adds the options that every command has, and that may also stand before it. */
export function addCommonOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--vault <dir>', 'the folder of notes (else RAMBLE_VAULT, else the one opened last)'),
    )
    .addOption(new Option('--now <local-time>', 'act as if it were this time, as 2021-02-09T21:15'))
    .option('--json', 'print one JSON value');
}

/** Completes a command that works on a vault: opens the vault, runs `work`, and closes it again. */
export function onVault<Options extends CommonOptions>(
  command: Command,
  work: (run: Run<Options>) => Promise<void>,
): void {
  addCommonOptions(command).action(async () => {
    const options: Options = { ...command.parent?.opts<Options>(), ...command.opts<Options>() };
    await withVault(options, (session) =>
      work({ ...session, args: command.args, options, json: options.json ?? false }),
    );
  });
}
