import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { driverAt } from '../support/modules.ts';
import { makeFolders, withFolder } from './folders.ts';
import { createRandom } from './random.ts';
import { type Keystroke, numbersIn, promisedOf, readKeystrokes, withoutTyped } from './typed-log.ts';

const DRIVER = fileURLToPath(driverAt('faults', 'typing'));
const START_MS = 20_000;
/** Kills while the app opens what the last kill left, of all kills. */
const WHILE_OPENING = 0.15;

const NOTES: Record<string, string> = {
  'one.md': '\ufeff# One\r\n\r\nA first line.\r\nA second line, \twith a tab.  \r\n\r\nThe end',
  'two.md': '# Two\n\nLine by line\rwith every\r\nkind of end.\n',
};

export interface KillCounts {
  kills: number;
  /** Kills while the app was opening, before anything was typed. */
  whileOpening: number;
  typed: number;
  acked: number;
  /** Edits that were in no file after a kill. */
  restored: number;
  /** What was to be kept and is not, each with the seed that shows it. */
  lost: string[];
}

/**
 * Types into two notes in a process of its own that is killed again and again, and looks after each kill whether the app shows, and
 * puts into its files, everything that was acknowledged or older than 250 ms.
 */
export function killWhileTyping({ kills, seed }: { kills: number; seed: number }): Promise<KillCounts> {
  return withFolder(async (folder) => {
    const folders = makeFolders(folder);
    for (const [name, text] of Object.entries(NOTES)) writeFileSync(join(folders.vault, name), text);
    const random = createRandom(seed);
    const counts: KillCounts = { kills: 0, whileOpening: 0, typed: 0, acked: 0, restored: 0, lost: [] };
    /** What must be there at the next look: what was promised, and what was ever seen again. */
    const due = new Map<number, Keystroke>();
    const everTyped = new Set<number>();
    let next = 1;
    while (counts.kills < kills) {
      const run = startDriver([
        folders.vault,
        folders.data,
        String(Math.floor(random() * 2 ** 31)),
        String(next),
      ]);
      if (random() < WHILE_OPENING) {
        await run.die(random() * 600);
        counts.whileOpening += 1;
      } else {
        await run.ready();
        const after = `seed ${seed}, kill ${counts.kills}`;
        counts.lost.push(
          ...checkNotes(folders.vault, run.lines, due, everTyped).map((what) => `${after}: ${what}`),
        );
        counts.restored += Number(run.lines.find((line) => line.startsWith('restored '))?.slice(9) ?? 0);
        run.go();
        const killedAt = await run.die(20 + random() * 500);
        const keystrokes = readKeystrokes(run.lines);
        for (const [number, keystroke] of keystrokes) {
          everTyped.add(number);
          next = Math.max(next, number + 1);
          counts.typed += 1;
          if (keystroke.acked) counts.acked += 1;
        }
        for (const line of run.lines) if (line.startsWith('refused ')) counts.lost.push(`${after}: ${line}`);
        for (const keystroke of promisedOf(keystrokes.values(), killedAt))
          due.set(keystroke.number, keystroke);
      }
      if (run.stderr() !== '') counts.lost.push(`seed ${seed}, kill ${counts.kills}: ${run.stderr()}`);
      counts.kills += 1;
    }
    const last = startDriver([folders.vault, folders.data, '1', String(next)]);
    await last.ready();
    counts.lost.push(
      ...checkNotes(folders.vault, last.lines, due, everTyped).map((what) => `seed ${seed}, last: ${what}`),
    );
    await last.die(0);
    return counts;
  });
}

/** What the app shows and has put in the files, against what was typed. */
function checkNotes(
  vault: string,
  lines: readonly string[],
  due: Map<number, Keystroke>,
  everTyped: ReadonlySet<number>,
): string[] {
  const wrong: string[] = [];
  for (const [name, text] of Object.entries(NOTES)) {
    const shown = lines.find((line) => line.startsWith(`shows ${name} `));
    const file = readFileSync(join(vault, name), 'utf8');
    if (shown === undefined) wrong.push(`${name} is not shown`);
    else if (
      JSON.parse(shown.slice(`shows ${name} `.length)) !== file.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n')
    )
      wrong.push(`${name} is shown otherwise than it is saved`);
    const numbers = numbersIn(file);
    const kept = new Set(numbers);
    if (kept.size !== numbers.length) wrong.push(`${name} has a keystroke twice`);
    for (const number of kept)
      if (!everTyped.has(number)) wrong.push(`${name} has ${number}, which nobody typed`);
    for (const { number, note, acked } of due.values())
      if (note === name && !kept.has(number))
        wrong.push(`${name} lost keystroke ${number}${acked ? ', acknowledged' : ''}`);
    for (const number of kept) due.set(number, { number, note: name, at: 0, acked: true });
    for (const line of file.split(/\r\n|\r|\n/)) {
      const here = numbersIn(line);
      if (here.some((number, index) => number < (here[index - 1] ?? 0)))
        wrong.push(`${name} is out of order: ${line}`);
    }
    if (withoutTyped(file) !== text) wrong.push(`${name} is another outside what was typed`);
  }
  return wrong;
}

interface RunningDriver {
  lines: string[];
  stderr(): string;
  /** Resolves when it has said what it shows. */
  ready(): Promise<void>;
  go(): void;
  /** Kills it after so many milliseconds. Resolves when it is dead and all it said is here, with when it was killed. */
  die(afterMs: number): Promise<number>;
}

function startDriver(args: string[]): RunningDriver {
  // See STEADY_THREADS in scripts/start.ts.
  const flags = ['--disable-warning=ExperimentalWarning', '--no-memory-protection-keys'];
  const program = [...flags, DRIVER, ...args, ...Object.keys(NOTES)];
  const child: ChildProcess = spawn(process.execPath, program, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: join(tmpdir(), 'ramble-faults-compiled') },
  });
  const lines: string[] = [];
  let stderr = '';
  let becomeReady = () => {};
  const isReady = new Promise<void>((done) => {
    becomeReady = done;
  });
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    lines.push(line);
    if (line === 'ready') becomeReady();
  });
  child.stderr?.on('data', (bytes) => {
    stderr += bytes;
  });
  child.stdin?.on('error', () => undefined);
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  return {
    lines,
    stderr: () => stderr,
    async ready() {
      const late = setTimeout(() => child.kill('SIGKILL'), START_MS);
      await Promise.race([isReady, ended]);
      clearTimeout(late);
      if (!lines.includes('ready'))
        throw new Error(`The app did not open again: ${lines.join('\n')}\n${stderr}`);
    },
    go: () => void child.stdin?.write('go\n'),
    async die(afterMs) {
      await new Promise((done) => setTimeout(done, afterMs));
      const killedAt = Date.now();
      child.kill('SIGKILL');
      await ended;
      return killedAt;
    },
  };
}
