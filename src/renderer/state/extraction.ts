import type { Client } from '../../contract/client.ts';
import { RambleError } from '../../contract/errors.ts';
import type { ExtractPart, ExtractProposal, ExtractWhat } from '../../contract/extract.ts';
import { type NotePath, noteName } from '../../core/paths/note-path.ts';
import { openNote } from './navigation.ts';
import { liveNote } from './open-notes.ts';
import { showDialog, tell, tellError } from './store.ts';
import { offerTakeBack } from './take-back-by.ts';

/** What is about to be pulled out, of a text at a version. */
export interface BegunExtraction {
  proposal: ExtractProposal;
  version: number;
}

/** Asks what an extraction from where the user is would be; `split` (a level) means every section of that level. */
export async function beginExtraction(
  client: Client,
  path: NotePath,
  split: number | null,
): Promise<BegunExtraction> {
  const live = liveNote(path);
  if (live === undefined) throw new RambleError('not-found', 'That note is not open any more.');
  await live.session.flush();
  // The ranges are of this version; keys that come later are told to the service by the version's number.
  const version = live.editor.version();
  const proposal = await client.call('extract.propose', {
    path,
    text: live.editor.text(),
    selections: live.editor.selections(),
    split,
  });
  return { proposal, version };
}

/** Does what was planned in a note's window: undo takes all of it back, and the cursor stays behind what was left. */
export async function runExtraction(
  client: Client,
  {
    what,
    plan,
    leaveStrays,
    go,
  }: { what: ExtractWhat; plan: string | null; leaveStrays: boolean; go: boolean },
): Promise<void> {
  const live = liveNote(what.path);
  if (live !== undefined && (!(await live.session.flush()) || live.session.path !== what.path))
    throw new RambleError(
      'io',
      'The note could not be saved first, so nothing was changed. See the line at the bottom of the window.',
    );
  const outcome = await client.call('extract.run', { what, plan, leaveStrays });
  const { change, paths, source, cursor, followed } = outcome;
  if (live !== undefined) {
    await live.session.reached(source.version);
    if (what.kind === 'extract') live.editor.setCursor(cursor);
  }
  const back = offerTakeBack(client, live, change);
  const [first] = paths;
  const open = () => first !== undefined && void openNote(client, first);
  if (go) open();
  tell({
    text: `${saidOf(what, paths)}${followed === 0 ? '' : ` Links in ${counted(followed, 'other note')} follow.`}`,
    actions: [...(go || paths.length !== 1 ? [] : [{ label: 'Open it', run: open }]), back],
  });
}

/** Extracts as the last time, without a dialog; where something has to be decided, the dialog asks. */
export async function extractAgain(client: Client, path: NotePath): Promise<void> {
  try {
    const { proposal, version } = await beginExtraction(client, path, null);
    const parts = partsOf(proposal);
    const what: ExtractWhat = {
      kind: 'extract',
      path,
      version,
      how: proposal.how,
      parts,
      properties: [],
      form: proposal.form,
    };
    await runExtraction(client, { what, plan: null, leaveStrays: false, go: false });
  } catch (error) {
    const isForTheUser =
      error instanceof RambleError && ['exists', 'bad-name', 'conflict'].includes(error.code);
    if (isForTheUser) showDialog({ kind: 'extract', path });
    else tellError(error);
  }
}

/** The parts of a proposal, each to a new note in its folder. */
export function partsOf({ parts, folder }: ExtractProposal): ExtractPart[] {
  return parts.map(({ ranges, title }) => ({ ranges, title, to: { kind: 'new', folder } }));
}

function saidOf(what: ExtractWhat, paths: readonly NotePath[]): string {
  const name = noteName(paths[0] ?? what.path);
  if (what.kind === 'fold-back') return `It is part of “${name}” now.`;
  if (paths.length > 1) return `${counted(paths.length, 'section')} have pages of their own now.`;
  return what.parts[0]?.to.kind === 'existing'
    ? `Added to “${name}”.`
    : `“${name}” has a page of its own now.`;
}

/** `3 notes`, `1 note`. */
export function counted(count: number, what: string): string {
  return `${count.toLocaleString()} ${what}${count === 1 ? '' : 's'}`;
}
