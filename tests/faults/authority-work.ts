import { readdirSync } from 'node:fs';
import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import { ChangeSet } from '@codemirror/state';
import type { NoteDocument } from '../../src/backend/documents/document.ts';
import type { Step } from '../../src/backend/documents/several-notes.ts';
import { RambleError } from '../../src/contract/errors.ts';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import type { Authority } from './authority.ts';
import { FOLDED, LINK, LINK_AFTER, LINK_RESPELLED, LINK_TO_PAGE, RENAMED, RESPELLED } from './renaming.ts';
import { markOf } from './typed-log.ts';

/**
 * What is done to `note.md`: `save` types and saves twice, `begin` once, `leave` types and dies before it is saved, `recover` does what
 * the app does at its start, `extract` moves the note’s last line to a page of its own, `rename` gives it another path, `respell` only another
 * letter case: all three with the links of every other note. `take-back` extracts and takes that back, `fold` merges `page.md` into the note.
 */
export type Work =
  | 'save'
  | 'begin'
  | 'leave'
  | 'recover'
  | 'extract'
  | 'take-back'
  | 'fold'
  | 'rename'
  | 'respell';

interface Worker {
  open(): Promise<Authority>;
  say(line: string): void;
  die(): void;
}

const NOTE = 'note.md' as NotePath;
const PAGE = 'page.md' as NotePath;
const PATIENCE_MS = 8000;

/** Does it through the authority, and says what was typed, acknowledged and saved; see `typed-log.ts`. */
export async function workThrough(doing: Work, { open, say, die }: Worker): Promise<void> {
  /** What the user is told and would try again. */
  async function again<Value>(work: () => Promise<Value>): Promise<Value> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof RambleError) || attempt === 3 || isKept(error)) throw error;
        say(`refused ${error.message}`);
      }
    }
  }

  /** What is kept is made, whatever its files say: to make it again would be to make it twice. */
  async function change(...args: Parameters<typeof documents.change>): Promise<void> {
    await again(() => documents.change(...args)).catch((error: unknown) => {
      if (!isKept(error)) throw error;
      say(`late ${(error as RambleError).message}`);
    });
  }

  const authority = await again(open);
  const { documents, vault } = authority;

  async function typeAtEnd(document: NoteDocument, number: number): Promise<void> {
    // The keystroke before is in the text, though not yet in the journal.
    await setImmediate();
    const { version } = document;
    say(`typed ${number} ${Date.now()} ${NOTE}`);
    const changes: [number, [0, string]] = [document.text.doc.length, [0, markOf(number)]];
    await documents.push(document.id, version, 'driver', [{ kind: 'typed', changes }]);
    say(`ack ${number}`);
  }

  /** As the app: what cannot be written now is tried again. */
  async function untilSaved(document: NoteDocument, number: number): Promise<void> {
    const until = Date.now() + PATIENCE_MS;
    do {
      await documents.flush(document);
      const { state } = document;
      if (state.kind === 'saved') return say(`saved ${number}`);
      say(`${state.kind} ${'reason' in state ? state.reason : ''}`);
      await pause(50);
    } while (Date.now() < until);
  }

  if (doing === 'recover') {
    const { edits } = await documents.recover();
    say(`recovered ${edits}`);
  } else {
    const document = await again(() => documents.open(NOTE));
    if (doing === 'save' || doing === 'begin' || doing === 'leave') {
      await typeAtEnd(document, 1);
      await untilSaved(document, 1);
    }
    if (doing === 'save' || doing === 'leave') {
      await Promise.all([typeAtEnd(document, 2), pause(1).then(() => typeAtEnd(document, 3))]);
      if (doing === 'leave') return die();
      // What is typed while it is saved is in the journal, and not in the file.
      await Promise.all([untilSaved(document, 3), typeAtEnd(document, 4)]);
    } else if (doing === 'fold') {
      const into: Step = {
        path: NOTE,
        change: ({ text: { doc } }) =>
          ChangeSet.of({ from: doc.length, insert: `\n${FOLDED}` }, doc.length, '\n'),
      };
      const links = linksFollow(vault.root, LINK).filter(({ path }) => path !== PAGE);
      await change('extract', 'driver', [into, ...links, { path: PAGE, trash: true }]);
      say('folded');
    } else if (doing === 'take-back') {
      const { id } = await again(() => documents.change('extract', 'driver', extraction(document)));
      say('extracted');
      await again(() => documents.takeBack(id));
      say('taken back');
    } else if (doing === 'extract') {
      const steps = [...extraction(document), ...linksFollow(vault.root, LINK_TO_PAGE)];
      await change('extract', 'driver', steps);
      say('extracted');
    } else if (doing === 'rename' || doing === 'respell') {
      const [to, link] = doing === 'rename' ? [RENAMED, LINK_AFTER] : [RESPELLED, LINK_RESPELLED];
      const move = { from: NOTE, to, isFolder: false };
      await change('renamed', 'driver', linksFollow(vault.root, link), { moves: [move] });
      say('renamed');
    }
  }
  // What a change of many notes leaves to be written: closing waits only so long.
  await documents.flushAll();
  await authority.close();
}

const isKept = (error: unknown) => error instanceof RambleError && error.message.startsWith('It is kept');

/** Every other note links to it once. */
function linksFollow(folder: string, insert: string): Step[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md') && name !== NOTE)
    .map((name) => ({
      path: name as NotePath,
      change({ text: { doc } }) {
        const text = doc.toString();
        const from = text.indexOf('[[');
        return ChangeSet.of({ from, to: text.indexOf(']]', from) + 2, insert }, doc.length);
      },
    }));
}

/** The page first, as the app does it. */
function extraction({ text: { doc } }: NoteDocument): Step[] {
  const from = doc.line(doc.lines).from;
  const changes = ChangeSet.of({ from, to: doc.length, insert: '-> [[page]]' }, doc.length);
  return [
    { path: PAGE, make: doc.sliceString(from) },
    { path: NOTE, change: () => changes },
  ];
}
