import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from './run.ts';

/**
 * Takes out, one at a time, each guard that protects the user's text, and shows that a test turns red: `npm run test:sabotage`.
 * Each run has a copy of the sources of its own.
 */
interface Sabotage {
  /** What is taken out. */
  guard: string;
  file: string;
  find: string;
  replace: string;
  /** Arguments for Vitest: where the test is that must turn red. */
  tests: string[];
}

const SAVE = ['--project', 'faults', 'tests/faults/vault-save.test.ts'];
const WRITE = ['--project', 'integration', 'tests/integration/vault-write.test.ts'];
const REOPENED = ['--project', 'documents', 'tests/documents/reopened.test.ts'];
const EXCLUSIVE = ['--project', 'integration', 'tests/integration/vault-exclusive.test.ts'];
const SAVING = ['--project', 'documents', 'tests/documents/saving.test.ts'];
const writeAtomic = 'src/backend/vault/write-atomic.ts';
const documents = 'src/backend/documents';

const SABOTAGES: Sabotage[] = [
  {
    guard: 'the file is synced before it is renamed',
    file: writeAtomic,
    find: '    await handle.sync();\n    await handle.close();',
    replace: '    await handle.close();',
    tests: [...SAVE, '-t', 'C06'],
  },
  {
    guard: 'the folder is synced after the rename',
    file: writeAtomic,
    find: '  await syncFolder(dirname(place));',
    replace: '',
    tests: [...SAVE, '-t', 'C06'],
  },
  {
    guard: 'a save renames, and does not write in place',
    file: writeAtomic,
    find: '    renameSync(temporary, place);',
    replace: "    await (await import('node:fs/promises')).writeFile(place, bytes);",
    tests: [...SAVE, '-t', 'C02'],
  },
  {
    guard: 'the bytes on disk are compared just before the rename',
    file: writeAtomic,
    find: '    if (current !== expect) throw conflict(path, current);',
    replace: '',
    tests: [...SAVING, '-t', 'C2[2-5]'],
  },
  {
    guard: 'a new note is linked into place, and never replaces another',
    file: writeAtomic,
    find: '    await link(temporary, join(folder, name));',
    replace: '    renameSync(temporary, join(folder, name));',
    tests: EXCLUSIVE,
  },
  {
    guard: 'a write-protected note is not replaced',
    file: writeAtomic,
    find: '  if ((old.mode & 0o222) === 0)',
    replace: '  if (old.mode < 0)',
    tests: WRITE,
  },
  {
    guard: 'a save keeps the mode of the file',
    file: writeAtomic,
    find: '    await handle.chmod(old.mode & 0o7777);',
    replace: '',
    tests: WRITE,
  },
  {
    guard: 'leftovers are swept',
    file: 'src/backend/vault/sweep.ts',
    find: '      unlinkSync(onDisk(root, path));',
    replace: '',
    tests: SAVE,
  },
  {
    guard: 'only regular files are opened',
    file: 'src/backend/vault/read-regular.ts',
    find: '    if (!stat.isFile() || stat.size > limit) return null;',
    replace: '',
    tests: EXCLUSIVE,
  },
  {
    guard: 'the journal commits with synchronous=FULL',
    file: `${documents}/journal/open-journal.ts`,
    find: "db.pragma('synchronous = FULL');",
    replace: "db.pragma('synchronous = OFF');",
    tests: ['--project', 'documents', 'tests/documents/journal.test.ts'],
  },
  {
    guard: 'a damaged journal is set aside, not begun over',
    file: `${documents}/journal/open-journal.ts`,
    find: '  if (fault !== null) aside = setAside(file);',
    replace: "  if (fault !== null) (await import('node:fs')).rmSync(file);",
    tests: ['--project', 'documents', 'tests/documents/journal.test.ts'],
  },
  {
    guard: 'an edit is answered only when it is durable',
    file: `${documents}/documents.ts`,
    find: '    await document.whenDurable(document.version);',
    replace: '',
    tests: ['--project', 'faults', 'tests/faults/kills.test.ts'],
  },
  {
    guard: 'an edit is kept only on top of the one before it',
    file: `${documents}/journal/store.ts`,
    find: "    if (typeof last !== 'number' || version > last + 1)",
    replace: '    if (version < 0)',
    tests: ['--project', 'documents', 'tests/documents/slow-journal.test.ts'],
  },
  {
    guard: 'a rename that was under way is brought to its end',
    file: `${documents}/documents.ts`,
    find: 'finishMoves(vault, journal)',
    replace: 'Promise.resolve<string[]>([])',
    tests: ['--project', 'faults', 'tests/faults/authority-recover.test.ts', '-t', 'C04'],
  },
  {
    guard: 'a rename waits until every note is read',
    file: 'src/backend/index/writer.ts',
    find: '    if (!this.#hasToScan()) return null;',
    replace: '    if (this.#diskFull === false) return null;',
    tests: ['--project', 'documents', 'tests/documents/rename.test.ts', '-t', 'not all read'],
  },
  {
    guard: 'what a window sends again is taken once',
    file: `${documents}/documents.ts`,
    find: 'rebase(sent, since)',
    replace: "rebase(sent, since.map((edit) => ({ ...edit, peer: '' })))",
    tests: [
      '--project',
      'documents',
      'tests/documents/peers.test.ts',
      'tests/documents/interleavings.test.ts',
    ],
  },
  {
    guard: 'a window takes edits in one at a time, as the authority does',
    file: 'src/renderer/editor/take-in.ts',
    find: `  let last = state;
  return edits.map(({ peer, changes }) => {
    const transaction = receiveUpdates(last, [{ clientID: peer, changes: ChangeSet.fromJSON(changes) }]);
    last = transaction.state;
    return transaction;
  });`,
    replace: `  return [
    receiveUpdates(
      state,
      edits.map(({ peer, changes }) => ({ clientID: peer, changes: ChangeSet.fromJSON(changes) })),
    ),
  ];`,
    tests: ['--project', 'documents', 'tests/documents/editor-merging.test.ts'],
  },
  {
    guard: 'an empty file is waited on',
    file: `${documents}/file-of.ts`,
    find: 'empty: 3000',
    replace: 'empty: 0',
    tests: [...SAVING, '-t', 'C25'],
  },
  {
    guard: 'their version is kept before anything is written over it',
    file: `${documents}/outside-change.ts`,
    find: '  if (merged.overlaps.length > 0) {',
    replace: '  if (merged.overlaps.length < 0) {',
    tests: [...SAVING, '-t', 'C23'],
  },
  {
    guard: 'an overlap whose place is not known covers nothing of the user’s',
    file: `${documents}/load-document.ts`,
    find: 'later === null ? [Infinity, Infinity] : [start, end]',
    replace: '[start, end]',
    tests: [...REOPENED, '-t', 'C23'],
  },
  {
    guard: 'a note is not opened while another program is in the middle of writing it',
    file: `${documents}/file-of.ts`,
    find: '    if (rest >= patience) return found;',
    replace: '    if (expected.isFirstLook || rest >= patience) return found;',
    tests: [...REOPENED, '-t', 'C25'],
  },
  {
    guard: 'no note is taken for deleted while the folder is away',
    file: `${documents}/open-documents.ts`,
    find: "    if (file.kind === 'missing' && !(await vault.rootIsThere())) throw folderIsAway();",
    replace: '',
    tests: [...REOPENED, '-t', 'C17'],
  },
  {
    guard: 'what a window still asks does not begin a deleted note anew',
    file: `${documents}/open-documents.ts`,
    find: 'await this.open(kept.path as NotePath).catch(',
    replace: "await this.open(kept.path as NotePath, '').catch(",
    tests: [...REOPENED, '-t', 'C27'],
  },
  {
    guard: 'what was typed in a note that is write-protected now is tried again',
    file: `${documents}/saver.ts`,
    find: 'if (this.#closed || document.gone || document.unreadable !== null) return;',
    replace: 'if (this.#closed || document.gone || document.unwritable !== null) return;',
    tests: ['--project', 'documents', 'tests/documents/read-only.test.ts', '-t', 'C15'],
  },
  {
    guard: 'an unsaved note whose file is deleted is kept',
    file: `${documents}/file-watch.ts`,
    find: '    if (document.dirty) {\n      document.gone = true;',
    replace: '    if (document.version < 0) {\n      document.gone = true;',
    tests: [...SAVING, '-t', 'C27'],
  },
  {
    guard: 'a moved file is looked for',
    file: `${documents}/file-watch.ts`,
    find: '    if (path !== null) {\n      this.#parts.onMoved(document, path);',
    replace: '    if (path === document.path) {\n      this.#parts.onMoved(document, path);',
    tests: [...SAVING, '-t', 'C28'],
  },
  {
    guard: 'lines that nobody edited keep their ends',
    file: 'src/core/text/line-ends.ts',
    find: '    const own = kept[next] ?? last;',
    replace: "    const own = '\\n';",
    tests: [...SAVING, '-t', 'C4[56]'],
  },
  {
    guard: 'half a character is refused',
    file: `${documents}/documents.ts`,
    find: '      refuseHalfPairs(text, changes);',
    replace: '',
    tests: [...SAVING, '-t', 'C50'],
  },
  {
    guard: 'what a window answers a door lets it in once',
    file: 'src/browser/gate.ts',
    find: '    this.#challenges.delete(nonce);',
    replace: '',
    tests: ['--project', 'integration', 'tests/integration/browser-door-return.test.ts'],
  },
  {
    guard: 'one process has the lock',
    file: 'src/backend/sharing/lock.ts',
    find: "    db.exec('BEGIN EXCLUSIVE');",
    replace: '',
    tests: ['--project', 'documents', 'tests/documents/peers.test.ts'],
  },
];

async function isCaught({
  file,
  find,
  replace,
  tests,
}: Sabotage): Promise<{ caught: boolean; output: string }> {
  const copy = mkdtempSync(join(tmpdir(), 'ramble-sabotage-'));
  try {
    for (const part of [
      'src',
      'tests',
      'resources',
      'scripts',
      'bin',
      'package.json',
      'vitest.config.ts',
      'tsconfig.json',
    ])
      cpSync(join(root, part), join(copy, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    symlinkSync(join(root, 'out'), join(copy, 'out'));
    const source = readFileSync(join(copy, file), 'utf8');
    if (source.split(find).length !== 2) throw new Error(`${file} does not hold, just once: ${find}`);
    writeFileSync(
      join(copy, file),
      source.replace(find, () => replace),
    );
    const ran = await run('vitest', ['run', '--root', copy, '--bail', '1', ...tests], { cwd: copy });
    return {
      caught:
        ran.code !== 0 && /FAIL|AssertionError|Error/.test(ran.output) && !/No test files/.test(ran.output),
      output: ran.output,
    };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const only = process.argv[2];
const waiting = SABOTAGES.filter(({ guard }) => only === undefined || guard.includes(only));
let missed = 0;
const worker = async () => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { caught, output } = await isCaught(next);
    console.log(`${caught ? 'caught' : 'MISSED'}  ${next.guard}`);
    if (caught) continue;
    missed += 1;
    console.log(output.split('\n').slice(-15).join('\n'));
  }
};
await Promise.all([worker(), worker()]);
console.log(missed === 0 ? 'Every guard is held by a test.' : `${missed} guards are held by no test.`);
process.exitCode = missed === 0 ? 0 : 1;
