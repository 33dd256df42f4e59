/** A guard that protects the user's text, how to take it out, and the tests that must turn red then. */
export interface Sabotage {
  /** What is taken out. */
  guard: string;
  file: string;
  /** Each is there just once. */
  edits: [find: string, replace: string][];
  tests: Tests;
}

export interface Tests {
  project: string;
  files: string[];
  /** Which of their tests are run, and must fail by their own expectation: a part of their names. */
  named: RegExp;
}

const tests = (project: string, file: string, named: RegExp): Tests => ({
  project,
  files: [`tests/${project}/${file}.test.ts`],
  named,
});
const simulated = (named: RegExp) => tests('faults', 'simulated', named);
const others = (named: RegExp) => tests('faults', 'simulated-others', named);
const session = (named: RegExp) => tests('documents', 'window-session', named);
const meanwhile = (named: RegExp) => tests('documents', 'changed-meanwhile', named);
const saving = (named: RegExp) => tests('documents', 'saving', named);

const vault = 'src/backend/vault';
const writeAtomic = `${vault}/write-atomic.ts`;
const documents = 'src/backend/documents';
const openJournal = `${documents}/journal/open-journal.ts`;

const A_SAVE: Sabotage[] = [
  {
    guard: 'the file is synced before it is renamed',
    file: writeAtomic,
    edits: [['    await handle.sync();\n    await handle.close();', '    await handle.close();']],
    tests: simulated(/a save.*C06/),
  },
  {
    guard: 'the folder is synced after the rename',
    file: writeAtomic,
    edits: [['  await syncFolder(dirname(place));\n  return displaced;', '  return displaced;']],
    tests: simulated(/a save.*C06/),
  },
  {
    guard: 'a save renames, and does not write in place',
    file: writeAtomic,
    edits: [
      [
        '    renameSync(temporary, place);',
        "    const fs = await import('node:fs');\n    fs.writeFileSync(place, fs.readFileSync(temporary));\n    fs.unlinkSync(temporary);",
      ],
    ],
    tests: simulated(/a save.*C02/),
  },
  {
    guard: 'the same, on the disk itself (strace)',
    file: writeAtomic,
    edits: [
      [
        '    renameSync(temporary, place);',
        "    const fs = await import('node:fs');\n    fs.writeFileSync(place, fs.readFileSync(temporary));\n    fs.unlinkSync(temporary);",
      ],
    ],
    tests: tests('faults', 'vault-save', /C02/),
  },
  {
    guard: 'the bytes on disk are compared just before the rename',
    file: writeAtomic,
    edits: [['    if (current !== expect) throw conflict(path, current);', '']],
    tests: tests('integration', 'vault-write', /is a conflict when another program wrote/),
  },
  {
    guard: 'the file and its time are looked at once more before the rename',
    file: writeAtomic,
    edits: [['    if (there?.ino !== ino || there.mtimeNs !== mtimeNs)', '    if (there === undefined)']],
    tests: others(/C24: in its place, at any call: what it wrote/),
  },
  {
    guard: 'what was written into the old file meanwhile is read',
    file: writeAtomic,
    edits: [
      [
        '    if (revisionOf(last) === expect) return { bytes: null, mayHaveMoved };',
        '    if (last.length >= 0) return { bytes: null, mayHaveMoved };',
      ],
    ],
    tests: others(/C24: in place, at any call: what it wrote/),
  },
  {
    guard: 'what was written into the old file meanwhile is taken in',
    file: `${documents}/saver.ts`,
    edits: [['(bytes) => bytes.length > 0 && this', '(bytes) => bytes.length < 0 && this']],
    tests: others(/C24: in place, at any call: it is in the note/),
  },
  {
    guard: 'a new note is linked into place, and never replaces another',
    file: writeAtomic,
    edits: [
      ['    await link(temporary, join(folder, name));', '    renameSync(temporary, join(folder, name));'],
    ],
    tests: tests('integration', 'vault-exclusive', /C39/),
  },
  {
    guard: 'a write-protected note is not replaced',
    file: writeAtomic,
    edits: [['  if ((old.mode & 0o222) === 0)', '  if (old.mode < 0)']],
    tests: tests('integration', 'vault-write', /refuses a write-protected note/),
  },
  {
    guard: 'a save keeps the mode of the file',
    file: writeAtomic,
    edits: [['handle.chmod(old.mode & (isGroupKept ? 0o7777 : 0o7707))', 'handle.chmod(0o644)']],
    tests: tests('integration', 'vault-moves', /C19.*mode 0600/),
  },
  {
    guard: 'a save keeps the owner of the file',
    file: writeAtomic,
    edits: [['      await handle.chown(owner, gid);', '']],
    tests: others(/C19/),
  },
  {
    guard: 'what a group may do is not for another group',
    file: writeAtomic,
    edits: [['(isGroupKept ? 0o7777 : 0o7707)', '0o7777']],
    tests: tests('integration', 'vault-moves', /C19.*gives nothing to another group/),
  },
  {
    guard: 'a save keeps the access list of the file',
    file: `${vault}/linux-attributes.ts`,
    edits: [["name.startsWith('security.')", "!name.startsWith('user.')"]],
    tests: tests('integration', 'vault-moves', /C19.*who may do what, an access list/),
  },
  {
    guard: 'a file whose move could not be made durable is where it was',
    file: `${vault}/move-file.ts`,
    edits: [
      [
        '    await moveFile(to, from, path, { ...calls, sync: async () => undefined }).catch(() => undefined);\n',
        '',
      ],
    ],
    tests: tests('integration', 'vault-moves', /whose sync number/),
  },
  {
    guard: 'a folder whose move could not be made durable is where it was',
    file: `${vault}/move-folder.ts`,
    edits: [['    await rename(place, old);\n', '']],
    tests: tests('integration', 'vault-moves', /of a folder whose sync/),
  },
  {
    guard: 'a note is made whole where there are no hard links',
    file: writeAtomic,
    edits: [
      [
        '    renameSync(whole, place);',
        "    await (await import('node:fs/promises')).writeFile(place, bytes);\n    unlinkSync(whole);",
      ],
      [
        'await putInPlace(temporary, join(folder, name), path, name);',
        'await putInPlace(temporary, join(folder, name), path, name, bytes);',
      ],
      [
        'path: string, name: string): Promise<void> {\n  let ino',
        'path: string, name: string, bytes: Uint8Array): Promise<void> {\n  let ino',
      ],
    ],
    tests: tests('faults', 'vault-save', /without hard links/),
  },
  {
    guard: 'what is written in the moment of a save is waited for',
    file: writeAtomic,
    edits: [
      ['    const isAtRest = bytes.length > 0 && now - since > AT_REST_MS;', '    const isAtRest = true;'],
    ],
    tests: tests('documents', 'displaced', /C25/),
  },
  {
    guard: 'a save keeps extended attributes',
    file: `${vault}/keep-attributes.ts`,
    edits: [
      ['  if (calls !== null) await copyAttributes(calls, old, handle.fd).catch(() => undefined);', ''],
    ],
    tests: tests('integration', 'vault-moves', /C19.*extended attributes/),
  },
  {
    guard: 'leftovers are swept',
    file: `${vault}/sweep.ts`,
    edits: [['      unlinkSync(onDisk(root, path));', '']],
    tests: simulated(/a save.*C02/),
  },
  {
    guard: '“saved” is said only of what is in the file',
    file: `${documents}/document.ts`,
    edits: [['    if (!this.dirty) return { kind:', '    if (this.version >= 0) return { kind:']],
    tests: saving(/says so only then/),
  },
  {
    guard: 'a save that failed is said to have failed',
    file: `${documents}/saver.ts`,
    edits: [['    document.failure = error instanceof Error ? error.message : String(error);', '']],
    tests: simulated(/C14 C16: hit by a fault at any call: it is saved in the end/),
  },
  {
    guard: 'after a failure the file is read before it counts as saved',
    file: `${documents}/saver.ts`,
    edits: [
      ['if (document.failure !== null && (await vault.read', 'if (document.version < 0 && (await vault.read'],
    ],
    tests: others(/C14: after a failure/),
  },
  {
    guard: 'a save that failed late is not taken for another program’s',
    file: `${documents}/saver.ts`,
    edits: [['        document.unsure = document.saving ?? document.unsure;', '']],
    tests: simulated(/C14 C16: hit by a fault at any call: it is saved in the end/),
  },
];

const NAMES: Sabotage[] = [
  {
    guard: 'a note is not made beside one in another letter case, where it could not be written',
    file: `${documents}/several-notes.ts`,
    edits: [['    if (same !== null) throw isTaken(same);\n', '']],
    tests: saving(/letter case/),
  },
  {
    guard: 'a deleted note comes back beside one in another letter case',
    file: 'src/backend/services/history.ts',
    edits: [['(await (await vault.namesIn(folderOf(path)))(check.path)) !== null', 'false']],
    tests: saving(/letter case/),
  },
];

const READING: Sabotage[] = [
  {
    guard: 'what is no regular file is not opened by a worker',
    file: `${vault}/read-regular.ts`,
    edits: [['stat.isFile() && stat.size <= limit', 'stat.size <= limit']],
    tests: tests('integration', 'vault-exclusive', /C32/),
  },
  {
    guard: 'lstat: what is no regular file is not even opened',
    file: `${vault}/read-file.ts`,
    edits: [['  if (!(await lstat(place)).isFile()) throw refused();', '  await lstat(place);']],
    tests: tests('integration', 'vault-read', /C32/),
  },
  {
    guard: 'lstat: a scan looks at a link before it follows it',
    file: `${vault}/scan.ts`,
    edits: [
      [
        '    const stat = lstatSync(place);\n    if (stat.isDirectory())',
        '    const stat = statSync(place);\n    if (stat.isDirectory())',
      ],
    ],
    tests: tests('integration', 'vault-moves', /C44/),
  },
  {
    guard: 'a link that leads out of the vault is not followed',
    file: `${vault}/contain.ts`,
    edits: [['  if (!isInside(root, real)) throw outsideVault(path);', '']],
    tests: tests('integration', 'vault-write', /is neither read nor written nor made through/),
  },
  {
    guard: 'an empty file is waited on',
    file: `${documents}/file-of.ts`,
    edits: [['empty: 3000', 'empty: 0']],
    tests: saving(/C25/),
  },
  {
    guard: 'a note is not opened while another program is in the middle of writing it',
    file: `${documents}/file-of.ts`,
    edits: [
      [
        '    if (rest >= patience) return found;',
        '    if (expected.isFirstLook || rest >= patience) return found;',
      ],
    ],
    tests: tests('documents', 'reopened', /C25/),
  },
  {
    guard: 'no note is taken for deleted while the folder is away',
    file: `${documents}/open-documents.ts`,
    edits: [["    if (file.kind === 'missing' && !(await vault.rootIsThere())) throw folderIsAway();", '']],
    tests: tests('documents', 'reopened', /C17/),
  },
  {
    guard: 'what a window still asks does not begin a deleted note anew',
    file: `${documents}/open-documents.ts`,
    edits: [['this.open(await this.#placeOf(kept))', "this.open(await this.#placeOf(kept), '')"]],
    tests: tests('documents', 'reopened', /C27/),
  },
  {
    guard: 'what was said not to be saved, and is, is said to be saved',
    file: `${documents}/saver.ts`,
    edits: [
      ['      if (!document.dirty) return this.#believe(document);', '      if (!document.dirty) return;'],
    ],
    tests: tests('documents', 'late-save', /C14/),
  },
  {
    guard: 'a note that moved is one to all who ask for it at once',
    file: `${documents}/open-documents.ts`,
    edits: [
      [
        'const taken = (other: NotePath) => this.#bySpelling.get(nameKey(other))?.path === other;',
        'const taken = (other: NotePath) => this.#byPath.has(other);',
      ],
      ['return moved ?? this.#byId.get(kept.id)?.path ?? path;', 'return moved ?? path;'],
    ],
    tests: tests('documents', 'moved-meanwhile', /is one note to all/),
  },
  {
    guard: 'what was typed in a note that is write-protected now is tried again',
    file: `${documents}/saver.ts`,
    edits: [
      [
        'if (this.#closed || document.gone || document.unreadable !== null) return;\n      if',
        'if (this.#closed || document.gone || document.unwritable !== null) return;\n      if',
      ],
      [
        'if (this.#closed || document.gone || document.unreadable !== null) return;\n    const now',
        'if (this.#closed || document.gone || document.unwritable !== null) return;\n    const now',
      ],
    ],
    tests: tests('documents', 'read-only', /C15: where nothing tells of it/),
  },
  {
    guard: 'an empty file takes nothing out of a note that is only beginning',
    file: `${documents}/outside-change.ts`,
    edits: [["isBeginning ? '' : (begunWith", '(begunWith']],
    tests: tests('documents', 'reopened', /C02/),
  },
  {
    guard: 'what was to be saved is not taken for deleted by a program that never saw it',
    file: `${documents}/outside-change.ts`,
    edits: [['return there > 0 && there >= missing ? perhaps : known;', 'return perhaps;']],
    tests: tests('documents', 'late-save', /C22.*never saw it/),
  },
  {
    guard: 'what is written on top of a save that was said to have failed is merged with it',
    file: `${documents}/outside-change.ts`,
    edits: [['return there > 0 && there >= missing ? perhaps : known;', 'return known;']],
    tests: tests('documents', 'late-save', /C22.*on top of a save/),
  },
  {
    guard: 'a save that was refused is not taken for what another program began with',
    file: `${documents}/saver.ts`,
    edits: [['          if (isRefusal(error)) document.saving = null;', '']],
    tests: tests('documents', 'late-save', /C22.*was refused/),
  },
  {
    guard: 'a copy of a note is not taken for the note that was moved',
    file: `${documents}/file-watch.ts`,
    edits: [['findMoved(vault, document, [], ', 'findMoved(vault, document, this.#hints.keys(), ']],
    tests: tests('documents', 'late-save', /C28.*a copy of/),
  },
  {
    guard: 'a note that is moved in the moment of a save is followed',
    file: `${documents}/saver.ts`,
    edits: [['      if (mayHaveMoved) await this.#mustNotHaveMoved(document, revision);', '']],
    tests: others(/C28/),
  },
  {
    guard: 'what is in no file yet is not let go of',
    file: `${documents}/document.ts`,
    edits: [
      ['    return !this.dirty && !this.gone && this.failure', '    return !this.gone && this.failure'],
    ],
    tests: tests('documents', 'idle', /waits for its turn/),
  },
  {
    guard: 'their version is kept before anything is written over it',
    file: `${documents}/outside-change.ts`,
    edits: [['  if (merged.overlaps.length > 0) {', '  if (merged.overlaps.length < 0) {']],
    tests: saving(/C23/),
  },
  {
    guard: 'an unsaved note whose file is deleted is kept',
    file: `${documents}/file-watch.ts`,
    edits: [
      [
        '    if (document.dirty) {\n      document.gone = true;',
        '    if (document.version < 0) {\n      document.gone = true;',
      ],
    ],
    tests: saving(/C27/),
  },
  {
    guard: 'a moved file is looked for',
    file: `${documents}/file-watch.ts`,
    edits: [
      [
        '    return findMoved(vault, document, this.#hints.keys(), (path) => documents.has(path));',
        '    return Promise.resolve(null);',
      ],
    ],
    tests: saving(/C28/),
  },
  {
    guard: 'a file that is told of by its new path only is followed',
    file: `${documents}/file-watch.ts`,
    edits: [['void this.#lookForLost();', ';']],
    tests: tests('documents', 'moved-meanwhile', /by its new path only/),
  },
  {
    guard: 'what is gone is looked for elsewhere, too',
    file: `${documents}/file-watch.ts`,
    edits: [
      [
        "    if (found.kind === 'missing') {\n      const path",
        "    if (found.kind !== 'missing') {\n      const path",
      ],
    ],
    tests: tests('documents', 'moved-meanwhile', /comes back elsewhere/),
  },
  {
    guard: 'a note that is opened where another’s file has gone is that one',
    file: `${documents}/open-documents.ts`,
    edits: [
      [
        "kept === null && file.kind === 'text' ? await this.#openFor(file.revision) : null",
        'null as NoteDocument | null',
      ],
    ],
    tests: tests('documents', 'moved-meanwhile', /before anybody tells of it/),
  },
  {
    guard: 'lines that nobody edited keep their ends',
    file: 'src/core/text/line-ends.ts',
    edits: [['    const own = kept[next] ?? last;', "    const own = '\\n';"]],
    tests: saving(/C46/),
  },
];

const THE_JOURNAL: Sabotage[] = [
  {
    guard: 'a clock that is years ahead for an evening makes nothing of the past old',
    file: `${documents}/journal/keep-thin.ts`,
    edits: [['Math.min(clock().getTime(), ...written)', 'clock().getTime()']],
    tests: tests('documents', 'thinning', /C59/),
  },
  {
    guard: 'the journal commits with synchronous=FULL',
    file: openJournal,
    edits: [
      ["    db.pragma('synchronous = FULL');", "    db.pragma('synchronous = NORMAL');"],
      [
        "    if (db.pragma('synchronous', { simple: true }) !== 2) throw new Error('SQLite refused synchronous=FULL');\n",
        '',
      ],
    ],
    tests: tests('faults', 'typing-power', /C06/),
  },
  {
    guard: 'a damaged journal is set aside, not begun over',
    file: openJournal,
    edits: [
      [
        '  if (fault !== null) aside = setAside(file);',
        "  if (fault !== null) (await import('node:fs')).rmSync(file, { force: true });",
      ],
    ],
    tests: tests('documents', 'journal', /C56: set aside/),
  },
  {
    guard: 'application_id: a database of another program is not written in',
    file: openJournal,
    edits: [["if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) return 'foreign';", '']],
    tests: tests('documents', 'journal', /C56: set aside/),
  },
  {
    guard: 'user_version: a journal of a version to come is left alone',
    file: openJournal,
    edits: [["version > SCHEMA_VERSION ? 'newer' :", 'version > SCHEMA_VERSION ? null :']],
    tests: tests('documents', 'journal', /C56: one of a version to come/),
  },
  {
    guard: 'an edit is answered only when it is durable',
    file: `${documents}/documents.ts`,
    edits: [['    await document.whenDurable(document.version);', '']],
    tests: tests('faults', 'kills', /C01/),
  },
  {
    guard: 'an edit is kept only on top of the one before it',
    file: `${documents}/journal/store.ts`,
    edits: [["    if (typeof last !== 'number' || version > last + 1)", '    if (version < 0)']],
    tests: tests('documents', 'slow-journal', /is refused/),
  },
  {
    guard: 'journaled: after a failure the journal begins again with the text',
    file: `${documents}/documents.ts`,
    edits: [
      [
        '          document.journaled = false;\n          if (document.dirty) continue;',
        '          if (document.dirty) continue;',
      ],
    ],
    tests: tests('documents', 'journal', /C56: locked while the app runs/),
  },
  {
    guard: 'the journal knows what is about to be saved',
    file: `${documents}/saver.ts`,
    edits: [["      await this.#announce([{ type: 'saving', document: id, version, revision }]);", '']],
    tests: simulated(/C02: a save killed/),
  },
  {
    guard: 'what is in no file is recovered',
    file: `${documents}/documents.ts`,
    edits: [
      [
        "    const unsaved = await this.#parts.journal.ask('unsaved').catch(() => []);",
        "    const unsaved = (await this.#parts.journal.ask('unsaved').catch(() => [])).slice(1, 1);",
      ],
    ],
    tests: tests('documents', 'journal', /C56: set aside/),
  },
  {
    guard: 'a rename that was under way is brought to its end',
    file: `${documents}/documents.ts`,
    edits: [['finishChanges(vault, journal)', 'Promise.resolve<string[]>([])']],
    tests: simulated(/C04/),
  },
  {
    guard: 'a change of several notes is kept before anything is touched',
    file: `${documents}/make-change.ts`,
    edits: [
      ['if (moves.length > 0 || effective.length > 1 || plan.trashed.length > 0) throw notNow(error);', ''],
    ],
    tests: tests(
      'documents',
      'unkept-changes',
      /C56: is refused in words while another program holds the journal, and/,
    ),
  },
  {
    guard: 'text does not move to a note that was removed meanwhile',
    file: `${documents}/several-notes.ts`,
    edits: [['        this.#mustBeThere(document);\n', '']],
    tests: meanwhile(/text does not move/),
  },
  {
    guard: 'a note is not made over what is there by then',
    file: `${documents}/several-notes.ts`,
    edits: [['document.version > 0 || document.disk.revision !== null', 'document.version < 0']],
    tests: meanwhile(/a note is not made over/),
  },
  {
    guard: 'a note that a merge gave back stays once the merge is taken back',
    file: `${documents}/several-notes.ts`,
    edits: [['      if (!isMade)\n', '']],
    tests: meanwhile(/a note that is back/),
  },
  {
    guard: 'what is typed in a note that went into the trash is not taken for kept',
    file: `${documents}/documents.ts`,
    edits: [['if (!this.#documents.holds(document)) throw outOfStep();', '']],
    tests: meanwhile(/on its way into the trash/),
  },
  {
    guard: 'no file moves to a place that was taken meanwhile',
    file: `${documents}/make-change.ts`,
    edits: [['          await this.#mustBeFree(moves, moving);\n', '']],
    tests: meanwhile(/does not get the path/),
  },
  {
    guard: 'an extraction is of the texts that it was planned for',
    file: 'src/backend/services/extract/extract.ts',
    edits: [
      [
        '  if (document.id !== taken?.document.id || document.version !== taken.version)\n',
        '  if (taken === null)\n',
      ],
    ],
    tests: tests('documents', 'planned-meanwhile', /just before a note is folded back/),
  },
  {
    guard: 'a note that could not go into the trash does not go at the next start',
    file: `${documents}/several-notes.ts`,
    edits: [["going.map(({ document: { id } }) => ({ type: 'trash-ended', document: id })),", '[],']],
    tests: meanwhile(/could not be put into the trash stays/),
  },
  {
    guard: 'a note in which another program wrote does not go into the trash',
    file: `${documents}/several-notes.ts`,
    edits: [['      await look(document);\n', '']],
    tests: meanwhile(/nor one in which it writes/),
  },
  {
    guard: 'a new note is known as it was before the first key',
    file: `${documents}/document.ts`,
    edits: [['isNew ? this.#firstSnapshot(at) : this.#snapshot(at)', 'this.#snapshot(at)']],
    tests: meanwhile(/never in a file/),
  },
  {
    guard: 'an inode alone makes no note the one that was deleted',
    file: `${documents}/find-moved.ts`,
    edits: [['isSame && found.birthtimeMs > 0', 'isSame']],
    tests: meanwhile(/no time of birth/),
  },
  {
    guard: 'an old save is not taken for one under way',
    file: `${documents}/load-document.ts`,
    edits: [['    kept.savingVersion >= (kept.savedVersion ?? -1) &&\n', '']],
    tests: tests('documents', 'reopened', /put back while the app was closed/),
  },
  {
    guard: 'two notes with the same bytes are not one document',
    file: `${documents}/open-documents.ts`,
    edits: [
      [
        'if (this.#byId.has(id) || this.#claimed.has(id)) return false;',
        'if (this.#byId.has(id)) return false;',
      ],
    ],
    tests: tests('documents', 'reopened', /stay two notes/),
  },
  {
    guard: 'what waited for the journal is kept before what came since',
    file: `${documents}/journal/worker.ts`,
    edits: [['const waited = waiting.shift();', 'const waited = undefined;']],
    tests: tests('documents', 'journal', /in the order in which it came/),
  },
  {
    guard: 'nothing typed for one folder goes into the next',
    file: 'src/backend/app.ts',
    edits: [['    open = null;\n    if (before?.id', '    open = next;\n    if (before?.id']],
    tests: tests('integration', 'services', /still shows the one before/),
  },
  {
    guard: 'no half of a character is handed over',
    file: 'src/renderer/editor/whole-characters.ts',
    edits: [['        if (isWithinPair(newDoc, at)) mend(', '        if (at < 0) mend(']],
    tests: tests('unit', 'editor', /half a character/),
  },
  {
    guard: 'what was typed and is nowhere else is not pushed off the screen',
    file: 'src/renderer/state/store.ts',
    edits: [['notice.keeps || last.includes(notice)', 'last.includes(notice)']],
    tests: tests('unit', 'notices', /is nowhere else stays/),
  },
  {
    guard: 'a saved file gets no access list of its folder',
    file: `${vault}/linux-attributes.ts`,
    edits: [['await calls.remove(descriptor, ACCESS_LIST);', '{}']],
    tests: tests('integration', 'vault-moves', /gives no list of its folder/),
  },
  {
    guard: 'other notes at the path of a folder that was deleted get nothing of its journal',
    file: 'src/backend/find-data.ts',
    edits: [['return (await holdsTheSame(folder, here.path)) ? before.id : null;', 'return before.id;']],
    tests: tests('documents', 'moved-vault', /C17: of other notes/),
  },
  {
    guard: 'only what is as a change left it is taken back',
    file: `${documents}/take-back.ts`,
    edits: [['|| !now.slice(from, to).eq(inserted)) left += 1;', ') left += 1;']],
    tests: tests('documents', 'take-back', /C64: leaves/),
  },
  {
    guard: 'an empty journal is new only where there was none',
    file: openJournal,
    edits: [["existsSync(begunMark(file)) ? 'lost' : null", 'existsSync(begunMark(file)) ? null : null']],
    tests: tests('documents', 'journal', /C56: set aside/),
  },
  {
    guard: 'thinning out keeps the last text of each day',
    file: `${documents}/journal/thin-out.ts`,
    edits: [['      store.keepSnapshot(id, { version, at, raw: replay(found).bytes() });', '']],
    tests: tests('documents', 'history', /C65: keeps all/),
  },
  {
    guard: 'thinning out keeps the last text of a note',
    file: `${documents}/journal/thin-out.ts`,
    edits: [
      [
        '      next !== undefined &&\n      periodOf(next.at, now)',
        '      (next === undefined || periodOf(next.at, now)',
      ],
      ['=== periodOf(snapshot.at, now) &&\n', '=== periodOf(snapshot.at, now)) &&\n'],
      [
        'const spare = snapshots.filter(({ version, at }) => version < needed &&',
        'const spare = snapshots.filter(({ version, at }) => version <= needed &&',
      ],
    ],
    tests: tests('documents', 'history', /C65: keeps all/),
  },
];

const A_WINDOW: Sabotage[] = [
  {
    guard: '“Saved” is said only of a text that the authority has told of',
    file: 'src/renderer/note/note-session.ts',
    edits: [['this.handedOver && version >= this.#editor.known()', 'version >= 0']],
    tests: session(/never said/),
  },
  {
    guard: 'a window that the authority does not know merges what it shows',
    file: 'src/renderer/note/note-session.ts',
    edits: [['textAfterRestart(base, this.#editor.text(), note)', 'note.text']],
    tests: session(/forgot/),
  },
  {
    guard: 'what is refused is tried again',
    file: 'src/renderer/note/note-session.ts',
    edits: [['    if (!this.#closed) this.#retry = setTimeout(() => void this.#work(), RETRY_MS);', '']],
    tests: session(/in step/),
  },
  {
    guard: 'a note that is read-only takes nothing',
    file: 'src/renderer/editor/editor.ts',
    edits: [['  readOnly ? EditorState.changeFilter.of(() => false) : [],', '']],
    tests: session(/box that/),
  },
  {
    guard: 'undo after a new start takes back nothing of another window’s',
    file: 'src/renderer/note/own-edits.ts',
    edits: [[' && windowOf(peer) === heirOf', '']],
    tests: tests('documents', 'undo', /another’s/),
  },
  {
    guard: 'what is composed is not disturbed',
    file: 'src/renderer/editor/editor.ts',
    edits: [['composition.isUnderWay() && !fresh.every(isOwn)', 'false']],
    tests: tests('documents', 'composition', /C50/),
  },
];

const PEERS: Sabotage[] = [
  {
    guard: 'what a window sends again is taken once',
    file: `${documents}/documents.ts`,
    edits: [['rebase(sent, since)', "rebase(sent, since.map((edit) => ({ ...edit, peer: '' })))"]],
    tests: {
      project: 'documents',
      files: ['tests/documents/interleavings.test.ts'],
      named: /C24 C36/,
    },
  },
  {
    guard: 'a window takes edits in one at a time, as the authority does',
    file: 'src/renderer/editor/take-in.ts',
    edits: [
      [
        `  let last = state;
  return edits.map(({ peer, changes }) => {
    const transaction = receiveUpdates(last, [{ clientID: peer, changes: ChangeSet.fromJSON(changes) }]);
    last = transaction.state;
    return transaction;
  });`,
        `  return [
    receiveUpdates(
      state,
      edits.map(({ peer, changes }) => ({ clientID: peer, changes: ChangeSet.fromJSON(changes) })),
    ),
  ];`,
      ],
    ],
    tests: tests('documents', 'editor-merging', /./),
  },
  {
    guard: 'an overlap whose place is not known covers nothing of the user’s',
    file: `${documents}/load-document.ts`,
    edits: [['later === null ? [Infinity, Infinity] : [start, end]', '[start, end]']],
    tests: tests('documents', 'reopened', /C23/),
  },
  {
    guard: 'a rename waits until every note is read',
    file: 'src/backend/index/writer.ts',
    edits: [['    if (!this.#hasToScan()) return null;', '    if (this.#held === null) return null;']],
    tests: tests('documents', 'rename', /not all read/),
  },
  {
    guard: 'a file that another note has a link to does not go along with what is extracted',
    file: 'src/backend/services/extract/prepare-extract.ts',
    edits: [['new Set(files.filter((_, at) => areOwn[at]))', 'new Set(files)']],
    tests: tests('integration', 'extraction', /19: what only/),
  },
  {
    guard: 'properties are put only among such as can be told apart',
    file: 'src/core/markdown/frontmatter.ts',
    edits: [
      [
        '    if (errors.length > 0 || !isMap(contents) || contents.flow) return null;',
        '    if (!isMap(contents)) return null;',
      ],
    ],
    tests: tests('unit', 'extraction-rows', /is refused by|none are offered/),
  },
  {
    guard: 'an index whose file is gone is not taken for whole',
    file: 'src/backend/index/index-service.ts',
    edits: [['whole !== null && inodeOf(file) === whole', 'whole !== null']],
    tests: tests('integration', 'index-damage', /known to be whole/),
  },
  {
    guard: 'an index is whole only if nothing was asked of it since',
    file: 'src/backend/index/index-service.ts',
    edits: [['if (asked?.given === given) whole', 'whole']],
    tests: tests('integration', 'index-changes', /was on its way/),
  },
  {
    guard: 'an index that another hand wrote to is read through before it is believed',
    file: 'src/backend/index/index-sum.ts',
    edits: [["  if (size !== known.size || crcOf(file) !== known.crc) return 'other';", '']],
    tests: tests('integration', 'index-damage', /bit turned over/),
  },
  {
    guard: 'a note that was let go of takes no other with it',
    file: `${documents}/file-watch.ts`,
    edits: [['    if (!documents.holds(document)) return;', '']],
    tests: tests('documents', 'let-go', /./),
  },
  {
    guard: 'what a window answers a door lets it in once',
    file: 'src/browser/gate.ts',
    edits: [['    this.#challenges.delete(nonce);', '']],
    tests: tests('integration', 'browser-door-return', /./),
  },
  {
    guard: 'half a character is refused',
    file: `${documents}/documents.ts`,
    edits: [['      refuseHalfPairs(text, changes);', '']],
    tests: saving(/C50/),
  },
  {
    guard: 'one process has the lock',
    file: 'src/backend/sharing/lock.ts',
    edits: [["    db.exec('BEGIN EXCLUSIVE');", '']],
    tests: tests('documents', 'peers', /C34/),
  },
];

const MARKUP: Sabotage[] = [
  {
    guard: 'a mention is what stands there as the name does',
    file: 'src/backend/index/queries/mentions.ts',
    edits: [['gapAfter(text, words, at + offset) === gap', 'true']],
    tests: tests('integration', 'index-queries', /no mark, sentence/),
  },
  {
    guard: 'a note goes into no folder that is another only by its letter case',
    file: 'src/backend/services/prepare-rename.ts',
    edits: [['  if (firstMade !== null) await mustBeNew(vault, firstMade);', '']],
    tests: tests('documents', 'rename', /refused a name that is taken/),
  },
  {
    guard: 'a name is not written where the text around it would make no link of it',
    file: 'src/core/rename/keep-links.ts',
    edits: [
      ['if (!changes.some(({ insert }) => SIGNS.test(insert))) return', 'if (changes.length >= 0) return'],
    ],
    tests: tests('documents', 'rename', /make maths of it/),
  },
  {
    guard: 'links to a heading follow it where it holds what gets another name',
    file: 'src/backend/services/rename.ts',
    edits: [['    await takeHeadingsAlong(looked);\n', '']],
    tests: tests('documents', 'rename', /follow it/),
  },
  {
    guard: 'a name that would be another value of the properties is not written there',
    file: 'src/core/rename/follow-moves.ts',
    edits: [['  if (changes.length === 0) return false;', '  if (changes.length >= 0) return false;']],
    tests: tests('unit', 'rename', /another value itself/),
  },
  {
    guard: 'of two settings that are changed at once none is lost',
    file: 'src/backend/services/settings.ts',
    edits: [['turn(() => change(patch))', 'change(patch)']],
    tests: tests('documents', 'own-files', /changed at once/),
  },
  {
    guard: 'an index takes the place of another only when it is whole in its file',
    file: 'src/backend/index/writer.ts',
    edits: [[' && !emptyLog(this.#open.db)) return pause', ' && this.#closed) return pause']],
    tests: tests('integration', 'index-damage', /takes its place only/),
  },
  {
    guard: 'a link made of a mention ends no cell of a table',
    file: 'src/backend/services/mentions.ts',
    edits: [["isInTable(doc.toString(), from) ? '\\\\|' : '|'", "'|'"]],
    tests: tests('integration', 'services', /in a table keeps the table/),
  },
  {
    guard: 'a tag that YAML takes for something else is quoted',
    file: 'src/core/rename/rename-tag.ts',
    edits: [[' && !isText(name)', ' && isText(name)']],
    tests: tests('unit', 'rename', /that YAML would take/),
  },
];

export const SABOTAGES: Sabotage[] = [
  ...A_SAVE,
  ...NAMES,
  ...READING,
  ...THE_JOURNAL,
  ...A_WINDOW,
  ...PEERS,
  ...MARKUP,
];
