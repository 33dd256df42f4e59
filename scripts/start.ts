import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { downloadElectron, electronProgram, whyNoElectron } from './electron-program.ts';
import { root, run } from './run.ts';

/** A program that ends this soon with a fault never showed its window. */
const NEVER_STARTED_MS = 4000;

/**
 * Without it V8 may end the whole process (“Check failed: jit_page.has_value()”) when several threads run on a processor with memory
 * protection keys: nodejs/node#64500.
 */
const STEADY_THREADS = '--no-memory-protection-keys';

const args = process.argv.slice(2);
/** What only the browser door understands asks for it, too. */
const forced = args.some((arg) => /^--(browser|no-open|port)(=|$)/.test(arg));
const passed = args.filter((arg) => arg !== '--browser');
let stopped = false;
let running: ChildProcess | null = null;

// Listened for before anything is started: a signal that came between the two would end this process and leave the door open.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stopped = true;
    if (running === null) process.exit(endedBy(signal));
    running.kill(signal);
  });
}

const why = await prepare();
if (why === null) {
  const program = electronProgram() ?? '';
  const started = Date.now();
  const code = await follow(program, [root, ...passed]);
  if (code === 0 || stopped || Date.now() - started > NEVER_STARTED_MS) process.exit(code);
  say('Opening in a browser, because Electron’s window could not be shown here.');
} else if (!forced) say(`Opening in a browser, because ${why}.`);
const door = join(root, 'out', 'main', 'browser.mjs');
process.exit(await follow(process.execPath, [STEADY_THREADS, door, ...passed]));

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Builds what is out of date; gives why Electron's door cannot be used, or `null`. */
async function prepare(): Promise<string | null> {
  await buildIfStale();
  if (forced) return 'it was asked for';
  const against = whyNoElectron();
  if (against !== null) return against;
  return electronProgram() === null ? downloadElectron() : null;
}

async function buildIfStale(): Promise<void> {
  const built = join(root, 'out', 'renderer', 'index.html');
  const sources = [join(root, 'src'), join(root, 'electron.vite.config.ts'), join(root, 'package.json')];
  if (existsSync(built) && Math.max(...sources.map(newest)) <= statSync(built).mtimeMs) return;
  say('Building Evening Ramble, once…');
  const ran = await run('electron-vite', ['build', '--logLevel', 'error']);
  if (ran.code === 0) return;
  say(ran.output);
  say('Evening Ramble could not be built: see above. After an update, run npm ci first.');
  process.exit(1);
}

function newest(place: string): number {
  const stat = statSync(place);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(place).map((name) => newest(join(place, name))));
}

/** Runs a door in the user's own folder until it ends. Gives its exit code, as a shell would. */
function follow(program: string, programArgs: string[]): Promise<number> {
  const child = spawn(program, programArgs, { cwd: process.env.INIT_CWD ?? process.cwd(), stdio: 'inherit' });
  running = child;
  return new Promise((done) => {
    child.on('error', (error) => {
      say(error.message);
      done(1);
    });
    // A program that crashed was ended by a signal, and must not look like one that went well.
    child.on('exit', (code, signal) => done(code ?? (signal === null ? 1 : endedBy(signal))));
  });
}

/** The exit code by which a shell says that a signal ended a program. */
function endedBy(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
