import { text as readAll } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import { RambleError } from '../contract/errors.ts';
import { type LeaveBehind, leaveBehind } from '../contract/extract.ts';
import { findNote } from './find-note.ts';
import { oneLine, print, printable } from './output.ts';
import { type Session, type SessionOptions, withVault } from './session.ts';

export interface CommonOptions extends SessionOptions {
  json?: boolean;
}

type Work<Options extends CommonOptions> = (
  session: Session,
  args: string[],
  options: Options,
  json: boolean,
) => Promise<void>;

/** Adds the options that every command has, and runs its work on the vault. */
function onVault<Options extends CommonOptions>(command: Command, work: Work<Options>): Command {
  return command
    .addOption(
      new Option('--vault <dir>', 'the folder of notes (else RAMBLE_VAULT, else the folder opened last)'),
    )
    .addOption(new Option('--now <local-time>', 'stand the clock at a local time, as 2021-02-09T21:15'))
    .option('--json', 'print one JSON value')
    .action(async () => {
      const options = command.opts() as Options;
      await withVault(options, (session) => work(session, command.args, options, options.json ?? false));
    });
}

const limitOption = () =>
  new Option('--limit <n>', 'at most so many').default(20).argParser((value) => {
    const limit = Number(value);
    if (!Number.isInteger(limit) || limit < 1 || limit > 200) {
      throw new RambleError('invalid-params', `--limit takes a whole number from 1 to 200, not “${value}”.`);
    }
    return limit;
  });

const collect = (value: string, all: string[]) => [...all, value];

/** Declares every command of the terminal: each is a call or two of the contract. */
export function declareCommands(program: Command): void {
  onVault<CommonOptions & { print?: boolean }>(
    program
      .command('today')
      .description('where tonight’s ramble is; makes nothing')
      .option('--print', 'print its text')
      .addHelpText(
        'after',
        '\nExamples:\n  ramble today --vault ~/notes\n  $EDITOR ~/notes/"$(ramble today --vault ~/notes)"\n',
      ),
    async ({ client }, _args, options, json) => {
      const { path, day, exists, template } = await client.call('journal.tonight', {});
      const text = options.print
        ? exists
          ? (await client.call('notes.open', { path })).text
          : template
        : undefined;
      print(json, { path, day, exists, ...(text === undefined ? {} : { text }) }, () => [
        text === undefined ? oneLine(path) : printable(text).replace(/\n$/, ''),
      ]);
    },
  );

  onVault(
    program
      .command('append')
      .description('add a paragraph to tonight’s ramble, making the note if need be')
      .argument('<text>', 'the paragraph; - reads it from standard input')
      .addHelpText(
        'after',
        '\nExamples:\n  ramble append "Finally read the Okafor."\n  pbpaste | ramble append -\n',
      ),
    async ({ client }, [given = ''], _options, json) => {
      const appended = await client.call('journal.append', {
        text: given === '-' ? await readAll(process.stdin) : given,
      });
      print(json, appended, () => [oneLine(appended.path)]);
    },
  );

  onVault<CommonOptions & { limit: number }>(
    program
      .command('open')
      .description('the note that quick open would open: prints its path, opens no window')
      .argument('<query>', 'words of its title, alias, folder or a heading')
      .addOption(limitOption())
      .addHelpText('after', '\nExample:\n  ramble open "slow lib"\n'),
    async ({ client, settled }, [query = ''], { limit }, json) => {
      await settled();
      const { matches } = await client.call('find.quick', { query, limit });
      const best = matches[0];
      if (best === undefined) throw new RambleError('not-found', `No note matches “${query}”.`);
      print(json, { path: best.path, matches }, () => [oneLine(best.path)]);
    },
  );

  onVault<CommonOptions & { limit: number }>(
    program
      .command('search')
      .description('search the text of all notes')
      .argument('<query>', 'words that must all be there; "quotation marks" keep them together')
      .addOption(limitOption())
      .addHelpText('after', '\nExample:\n  ramble search \'"slow reading" library\'\n'),
    async ({ client, settled }, [query = ''], { limit }, json) => {
      await settled();
      const { hits } = await client.call('find.text', { query, limit });
      print(json, { hits }, () =>
        hits.flatMap((hit) => [
          oneLine(hit.path),
          ...hit.lines.map((line) => `  ${String(line.line).padStart(4)}  ${oneLine(line.text)}`),
        ]),
      );
    },
  );

  onVault(
    program
      .command('links')
      .description('what links to a note, and what it links to')
      .argument('<note>', 'a path in the vault, or a name that only one note has')
      .addHelpText('after', '\nExample:\n  ramble links "+ Learning & Attention MoC"\n'),
    async ({ client, settled }, [named = ''], _options, json) => {
      await settled();
      const path = await findNote(client, named);
      const { backlinks } = await client.call('links.backlinks', { path });
      const { links } = await client.call('links.outgoing', { path });
      print(json, { path, backlinks, links }, () => [
        oneLine(path),
        ...backlinks.flatMap((link) =>
          link.lines.map((line) => `  <- ${oneLine(link.path)}:${line.line}  ${oneLine(line.text)}`),
        ),
        ...links.map(
          (link) =>
            `  -> ${oneLine(link.target)}${link.resolved === null ? '  (not written yet)' : `  ${oneLine(link.resolved)}`}`,
        ),
      ]);
    },
  );

  onVault<
    CommonOptions & {
      heading: string;
      title?: string;
      folder?: string;
      tag: string[];
      parent: string[];
      leave?: LeaveBehind;
      append?: boolean;
    }
  >(
    program
      .command('extract')
      .description('pull a section out to a page of its own, leaving a link')
      .argument('<note>', 'a path in the vault, or a name that only one note has')
      .requiredOption('--heading <heading>', 'the section’s heading, as it reads')
      .option('--title <title>', 'the new page’s title (default: the heading)')
      .option('--folder <folder>', 'where it goes (default: as the settings say)')
      .option('--tag <tag>', 'a tag for it; may be repeated', collect, [])
      .option('--parent <map>', 'a parent map of content; may be repeated', collect, [])
      .addOption(new Option('--leave <what>', 'what stays behind').choices(leaveBehind.options))
      .option('--append', 'where a note of that name exists, add the text at its end')
      .addHelpText(
        'after',
        '\nExample:\n  ramble extract "2026-03-05 - The Evening Ramble" --heading "The maker’s second look" \\\n    --tag p/craft/inbox --parent "+ Libraries & Craft MoC"\n',
      ),
    async ({ client, settled }, [named = ''], options, json) => {
      await settled();
      const path = await findNote(client, named);
      const { selection, text, revision } = await client.call('extract.findSection', {
        path,
        heading: options.heading,
      });
      const proposal = await client.call('extract.propose', { path, text, selection });
      const outcome = await client.call('extract.run', {
        path,
        base: revision,
        range: selection,
        title: options.title ?? proposal.title,
        folder: options.folder ?? proposal.folder,
        tags: options.tag.length > 0 ? options.tag : proposal.tags,
        parents: options.parent,
        leave: options.leave ?? proposal.leave,
        existing: options.append ? 'append' : 'refuse',
      });
      print(json, { path: outcome.path, title: outcome.title, source: outcome.source.path }, () => [
        oneLine(outcome.path),
      ]);
    },
  );

  onVault(
    program.command('rambles').description('every ramble, newest first'),
    async ({ client, settled }, _args, _options, json) => {
      await settled();
      const { rambles } = await client.call('journal.rambles', {});
      print(json, { rambles }, () =>
        rambles.map(
          (ramble) => `${ramble.day}  ${String(ramble.words).padStart(6)}  ${oneLine(ramble.path)}`,
        ),
      );
    },
  );

  onVault(
    program.command('tags').description('every tag, with how many notes carry it or one nested in it'),
    async ({ client, settled }, _args, _options, json) => {
      await settled();
      const { tags } = await client.call('links.tags', {});
      print(json, { tags }, () =>
        tags.map(({ tag, notes }) => `${String(notes).padStart(6)}  ${oneLine(tag)}`),
      );
    },
  );

  onVault(
    program
      .command('inspect')
      .description(
        'everything that is understood of the folder; with --json in a stable shape (docs/inspect.md)',
      ),
    async ({ client, settled }, _args, _options, json) => {
      await settled();
      const found = await client.call('inspect.vault', {});
      print(json, found, () => [
        `${found.notes.length} notes, ${found.attachments.length} other files, ${Object.keys(found.tags).length} tags`,
        `${found.unresolved.length} links to notes that are not written yet${found.unresolved.length === 0 ? '' : ':'}`,
        ...found.unresolved.map((link) => `  ${String(link.count).padStart(4)}  ${oneLine(link.target)}`),
        ...(found.problems.length === 0 ? [] : [`${found.problems.length} files that could not be read:`]),
        ...found.problems.map((problem) => `  ${oneLine(problem.path)}: ${oneLine(problem.message)}`),
      ]);
    },
  );
}
