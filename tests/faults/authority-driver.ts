import { readdirSync } from 'node:fs';
import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import { ChangeSet } from '@codemirror/state';
import type { NoteDocument } from '../../src/backend/documents/document.ts';
import type { Step } from '../../src/backend/documents/several-notes.ts';
import { RambleError } from '../../src/contract/errors.ts';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import { openAuthority } from './authority.ts';
import { LINK, LINK_AFTER, RENAMED } from './renaming.ts';
import { say } from './say.ts';
import { markOf } from './typed-log.ts';

/**
 * Works on `note.md` through the authority. Arguments: vault, data folder, and what to do:
 * `save` types and saves twice, `begin` once, `leave` types and dies before it is saved, `recover` does what the app does at its start,
 * `extract` moves the note’s last line to a page of its own, `rename` gives it another path, with the links of every other note.
 */
const [vault = '', data = '', doing = 'save'] = process.argv.slice(2);
const NOTE = 'note.md' as NotePath;
const PATIENCE_MS = 8000;

/** What the user is told and would try again. */
async function again<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RambleError) || attempt === 3) throw error;
      say(`refused ${error.message}`);
    }
  }
}

/** Every other note links to it once. */
function linksFollow(): Step[] {
  return readdirSync(vault)
    .filter((name) => name.endsWith('.md') && name !== NOTE)
    .map((name) => ({
      path: name as NotePath,
      change({ text: { doc } }) {
        const from = doc.toString().indexOf(LINK);
        return ChangeSet.of({ from, to: from + LINK.length, insert: LINK_AFTER }, doc.length);
      },
    }));
}

/** The page first, as the app does it. */
function extraction({ text: { doc } }: NoteDocument): Step[] {
  const from = doc.line(doc.lines).from;
  const changes = ChangeSet.of({ from, to: doc.length, insert: '-> [[page]]' }, doc.length);
  return [
    { path: 'page.md' as NotePath, make: doc.sliceString(from) },
    { path: NOTE, change: () => changes },
  ];
}

const authority = await again(() => openAuthority({ vault, data }));

async function typeAtEnd(document: NoteDocument, number: number): Promise<void> {
  // The keystroke before is in the text, though not yet in the journal.
  await setImmediate();
  const { version } = document;
  say(`typed ${number} ${Date.now()} ${NOTE}`);
  const changes: [number, [0, string]] = [document.text.doc.length, [0, markOf(number)]];
  return authority.documents
    .push(document.id, version, 'driver', [{ kind: 'typed', changes }])
    .then(() => say(`ack ${number}`));
}

/** As the app: what cannot be written now is tried again. */
async function untilSaved(document: NoteDocument, number: number): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  do {
    await authority.documents.flush(document);
    const { state } = document;
    if (state.kind === 'saved') return say(`saved ${number}`);
    say(`${state.kind} ${'reason' in state ? state.reason : ''}`);
    await pause(50);
  } while (Date.now() < until);
}

if (doing === 'recover') {
  const { edits } = await authority.documents.recover();
  say(`recovered ${edits}`);
} else {
  const document = await again(() => authority.documents.open(NOTE));
  if (doing === 'save' || doing === 'begin') {
    await typeAtEnd(document, 1);
    await untilSaved(document, 1);
  }
  if (doing === 'save') {
    await Promise.all([typeAtEnd(document, 2), pause(1).then(() => typeAtEnd(document, 3))]);
    await untilSaved(document, 3);
  } else if (doing === 'leave') {
    await typeAtEnd(document, 1);
    await untilSaved(document, 1);
    await Promise.all([typeAtEnd(document, 2), pause(1).then(() => typeAtEnd(document, 3))]);
    process.kill(process.pid, 'SIGKILL');
  } else if (doing === 'extract') {
    await again(() => authority.documents.change('extract', 'driver', extraction(document)));
    say('extracted');
  } else if (doing === 'rename') {
    const move = { from: NOTE, to: RENAMED, isFolder: false };
    await again(() => authority.documents.change('renamed', 'driver', linksFollow(), [move]));
    say('renamed');
  }
}
await authority.close();
