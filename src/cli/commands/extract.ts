import { type Command, Option } from 'commander';
import type { Client } from '../../contract/client.ts';
import type { Params } from '../../contract/contract.ts';
import { RambleError } from '../../contract/errors.ts';
import type { ExtractPart, ExtractPlan, ExtractProposal, LeaveBehind } from '../../contract/extract.ts';
import { notePath } from '../../contract/shapes.ts';
import { findNote } from '../find-note.ts';
import { oneLine, print, shownPath } from '../output.ts';
import { type CommonOptions, onVault } from '../vault-command.ts';

interface PlaceOptions {
  at: 'top' | 'bottom';
  under?: string;
}

interface ExtractOptions extends CommonOptions, PlaceOptions {
  heading?: string;
  split?: string;
  title?: string;
  folder?: string;
  into?: string;
  tag?: string[];
  parent?: string[];
  leave?: 'link' | 'embed' | 'nothing';
  words?: string;
  template?: string;
  lift?: boolean;
  takeFiles?: boolean;
  append?: boolean;
  dryRun?: boolean;
  leaveStrays?: boolean;
}

interface FoldOptions extends CommonOptions, PlaceOptions {
  into: string;
  heading?: string;
  dryRun?: boolean;
  leaveStrays?: boolean;
}

type What = Params<'extract.plan'>['what'];
type Place = Extract<Params<'extract.plan'>['what'], { kind: 'fold-back' }>['place'];

const collect = (value: string, before: string[] = []) => [...before, value];
const DRY_RUN = ['--dry-run', 'only say what would change'] as const;
const LEAVE_STRAYS = [
  '--leave-strays',
  'go on where links cannot follow, and leave those as they are',
] as const;
const UNDER = ['--under <heading>', 'at the end of that section of it'] as const;
const at = () =>
  new Option('--at <place>', 'where in a note that is there').choices(['top', 'bottom']).default('bottom');

/** Declares `extract` and `fold`. What is not said on the command line is what the app's dialog would propose. */
export function declareExtractCommands(program: Command): void {
  onVault<ExtractOptions>(
    program
      .command('extract')
      .description('pull a section out to a page of its own, leaving a link')
      .argument('<note>', 'a path in the vault (with or without .md), or a name that only one note has')
      .option('--heading <heading>', 'the section’s heading, as it reads')
      .option('--split <level>', 'every section of that level instead, each to a page of its own')
      .option('--title <title>', 'the new page’s title (else the heading)')
      .option('--folder <folder>', 'where it goes (else as the settings say)')
      .option('--into <note>', 'a note that is there, instead of a page of its own')
      .addOption(at())
      .option(...UNDER)
      .option(
        '--tag <tag>',
        'a tag for it; may be repeated (else as the last time, or the settings say)',
        collect,
      )
      .option('--parent <map>', 'a parent map of content; may be repeated', collect)
      .addOption(
        new Option('--leave <what>', 'what stays behind (else as the last time)').choices([
          'link',
          'embed',
          'nothing',
        ]),
      )
      .option('--words <words>', 'what stays behind in own words, with {{link}} in them')
      .option('--template <note>', 'the note that is its template')
      .option('--lift', 'lift its headings so that they begin at the first level')
      .option(
        '--take-files',
        'take the pictures and other files beside the note along that only this text links to',
      )
      .option('--append', 'where a note of that name exists, add the text at its end')
      .option(...DRY_RUN)
      .option(...LEAVE_STRAYS)
      .addHelpText(
        'after',
        `
Prints the new note's path. Where a note of that name exists nothing is changed and the exit code is 4, unless --append is given.

Examples:
  ramble extract "2026-03-05 - The Evening Ramble" --heading "The maker’s second look" \\
    --tag p/craft/inbox --parent "+ Libraries & Craft MoC"
  ramble extract Inbox --heading Later --title "Some day" --folder Lists --leave nothing --json
  ramble extract Inbox --heading Later --into Lists --under "Some day" --dry-run
  ramble extract "Long evening" --split 2`,
      ),
    async ({ client, settled, args: [named = ''], options, json }) => {
      await settled();
      const path = await findNote(client, named, 'name only');
      const what = await extractionOf(client, path, options);
      const title = what.kind === 'extract' ? what.parts[0]?.title : undefined;
      const told = (paths: string[]) => ({ path: paths[0], paths, title, source: path });
      await runOrShow(client, what, options, json, told).catch((error: unknown) => {
        const added = options.append ? addedTo(what, error) : null;
        if (added === null) throw error;
        return runOrShow(client, added, options, json, told);
      });
    },
  );

  onVault<FoldOptions>(
    program
      .command('fold')
      .description('merge a note, or a section of it, into another; links follow')
      .argument('<note>', 'a path in the vault (with or without .md), or a name that only one note has')
      .requiredOption('--into <note>', 'the note that it goes into')
      .option('--heading <heading>', 'only the section of that heading')
      .addOption(at())
      .option(...UNDER)
      .option(...DRY_RUN)
      .option(...LEAVE_STRAYS)
      .addHelpText(
        'after',
        `
A note that is merged whole goes to the trash, and every link to it leads to where its text is then. Prints the note it went into.

Examples:
  ramble fold "Slow libraries" --into "2026-03-05 - The Evening Ramble"
  ramble fold Inbox --heading Later --into Lists --under "Some day"`,
      ),
    async ({ client, settled, args: [named = ''], options, json }) => {
      await settled();
      const path = await findNote(client, named, 'name only');
      const into = await findNote(client, options.into, 'name only');
      const line = options.heading === undefined ? null : await lineOf(client, path, options.heading);
      const place = await placeOf(client, into, options);
      const what: What = { kind: 'fold-back', path, line, into, place };
      await runOrShow(client, what, options, json, () => ({ path: into, source: path }));
    },
  );
}

async function extractionOf(client: Client, path: string, options: ExtractOptions): Promise<What> {
  const { heading, split } = options;
  if ((heading === undefined) === (split === undefined))
    throw new RambleError('invalid-params', 'Name what moves: either --heading or --split.');
  const { selection, text, version } =
    heading === undefined
      ? { selection: { from: 0, to: 0 }, ...(await client.call('notes.open', { path })) }
      : await client.call('extract.findSection', { path, heading });
  const level = split === undefined ? null : Number(split);
  const proposal = await client.call('extract.propose', {
    path,
    text,
    selections: [selection],
    split: level,
  });
  const ranges = (part: ExtractProposal['parts'][number]) =>
    heading === undefined ? part.ranges : [selection];
  const to = await destinationOf(client, proposal, options);
  return {
    kind: 'extract',
    path,
    version,
    how: proposal.how,
    parts: proposal.parts.map((part) => ({ ranges: ranges(part), title: options.title ?? part.title, to })),
    properties: [],
    form: formOf(proposal, options),
  };
}

function formOf({ form }: ExtractProposal, options: ExtractOptions): ExtractProposal['form'] {
  const leave: LeaveBehind =
    options.words === undefined ? (options.leave ?? form.leave) : { wording: options.words };
  return {
    tags: options.tag ?? form.tags,
    parents: options.parent ?? form.parents,
    leave,
    template: options.template ?? form.template,
    liftHeadings: options.lift ?? form.liftHeadings,
    takeFiles: options.takeFiles ?? false,
  };
}

async function destinationOf(
  client: Client,
  { folder }: ExtractProposal,
  options: ExtractOptions,
): Promise<ExtractPart['to']> {
  if (options.into === undefined) return { kind: 'new', folder: options.folder ?? folder };
  const path = await findNote(client, options.into, 'name only');
  return { kind: 'existing', path, place: await placeOf(client, path, options) };
}

/** The same, added to the end of the note whose name is taken; `null` where that is not what stands in the way. */
function addedTo(what: What, error: unknown): What | null {
  if (what.kind !== 'extract' || !(error instanceof RambleError) || error.code !== 'exists') return null;
  const path = notePath.safeParse(error.data?.path).data;
  if (path === undefined) return null;
  const to: ExtractPart['to'] = { kind: 'existing', path, place: { at: 'bottom' } };
  return {
    ...what,
    parts: what.parts.map((part, at) => (at === (error.data?.part ?? 0) ? { ...part, to } : part)),
  };
}

async function placeOf(client: Client, path: string, { at, under }: PlaceOptions): Promise<Place> {
  return under === undefined ? { at } : { at: 'under', line: await lineOf(client, path, under) };
}

async function lineOf(client: Client, path: string, heading: string): Promise<number> {
  const { targets } = await client.call('links.resolve', { from: path, targets: [`#${heading}`] });
  const line = targets[0]?.line ?? null;
  if (line === null) throw new RambleError('not-found', `“${path}” has no heading called “${heading}”.`);
  return line;
}

async function runOrShow(
  client: Client,
  what: What,
  { dryRun, leaveStrays = false }: { dryRun?: boolean; leaveStrays?: boolean },
  json: boolean,
  outcomeOf: (paths: string[]) => Record<string, unknown>,
): Promise<void> {
  if (dryRun) {
    const plan = await client.call('extract.plan', { what });
    return print(json, { ...plan, done: false }, () => linesOf(plan));
  }
  const outcome = await client.call('extract.run', { what, plan: null, leaveStrays, awaitFiles: true });
  print(json, { ...outcomeOf(outcome.paths), change: outcome.change }, () =>
    outcome.paths.map((path) => shownPath(path)),
  );
}

function linesOf({ makes, notes, trashes, files, strays }: ExtractPlan): string[] {
  const shown = (path: string) => shownPath(path, 'in a list');
  return [
    ...makes.map(({ path }) => `${shown(path)}: new`),
    ...notes.flatMap(({ path, hunks }) =>
      hunks.flatMap(({ line, before, after }) => [
        ...before.split('\n').map((text) => `${shown(path)}:${line}: - ${oneLine(text)}`),
        ...after.split('\n').map((text) => `${shown(path)}:${line}: + ${oneLine(text)}`),
      ]),
    ),
    ...trashes.flatMap(({ path, properties }) => [
      `${shown(path)}: to the trash`,
      ...properties
        .split('\n')
        .flatMap((text) =>
          text === '' ? [] : `${shown(path)}: with its property, which no other note gets: ${oneLine(text)}`,
        ),
    ]),
    ...files.flatMap(({ from, to, goes }) => (goes ? [`${shown(from)}: goes to ${shown(to)}`] : [])),
    ...strays.map(
      ({ path, line, text, reason }) =>
        `${shown(path)}:${line}: ${oneLine(text)} stays as it is. ${oneLine(reason)}`,
    ),
  ];
}
