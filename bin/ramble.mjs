#!/usr/bin/env node
// Plain JavaScript that runs on any Node: the app itself needs 22 or newer (its SQLite crashes on older ones), and brings its own.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OLDEST_NODE = 22;
const LONGEST_BUILD_MS = 5 * 60 * 1000;

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const terminal = join(root, 'out', 'main', 'terminal.mjs');
const modules = join(root, 'node_modules');
/** What the terminal is built from; a change elsewhere is none of its business. */
const sources = [
  'src/cli',
  'src/backend',
  'src/contract',
  'src/core',
  'electron.vite.config.ts',
  'package.json',
];

const isModern = Number(process.versions.node.split('.')[0]) >= OLDEST_NODE;
const node = isModern ? process.execPath : ownNode();
if (isStale()) await build();
if (isModern) await import(pathToFileURL(terminal).href);
else runWith(node);

function ownNode() {
  const own = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(own)) return own;
  return end(
    `this is Node ${process.version}, and Evening Ramble needs ${OLDEST_NODE} or newer. Run npm ci in ${root}, or install a newer Node.`,
  );
}

function isStale() {
  if (!existsSync(terminal)) return true;
  if (!existsSync(join(root, 'src'))) return false;
  const built = statSync(terminal).mtimeMs;
  return sources.some((source) => newest(join(root, source)) > built);
}

function newest(place) {
  const stat = statSync(place);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(place).map((name) => newest(join(place, name))));
}

/** Builds the app, quietly; of several that start at once, one builds and the others wait for it. */
async function build() {
  const builder = join(modules, 'electron-vite', 'bin', 'electron-vite.js');
  if (!existsSync(builder)) end(`Evening Ramble is not built yet. Run npm ci in ${root} first.`);
  const lock = join(modules, '.cache', 'evening-ramble', 'building');
  const until = Date.now() + LONGEST_BUILD_MS;
  while (!take(lock)) {
    if (Date.now() > until)
      end(`another build of Evening Ramble does not end. If there is none, remove ${lock}.`);
    await new Promise((done) => setTimeout(done, 100));
  }
  const fault = isStale() ? faultOfBuild(builder) : null;
  rmSync(lock, { force: true });
  if (fault !== null) end(`Evening Ramble could not be built.\n${fault}`);
}

function faultOfBuild(builder) {
  const args = [builder, 'build', '--logLevel', 'error'];
  const built = spawnSync(node, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return built.status === 0 ? null : `${built.stdout}${built.stderr}`;
}

/** Whether the lock is ours now. One that was left by a process that is gone is taken away. */
function take(lock) {
  try {
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') end(`Evening Ramble could not be built: ${error.message}`);
  }
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    if (owner > 0) process.kill(owner, 0);
  } catch (error) {
    if (error.code === 'ESRCH') rmSync(lock, { force: true });
  }
  return false;
}

/** Runs the terminal with another Node, as if that were this process. */
function runWith(program) {
  const child = spawn(program, [terminal, ...process.argv.slice(2)], { stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => end(error.message));
  child.on('exit', (code, signal) => {
    for (const name of signals) process.removeAllListeners(name);
    if (signal === null) process.exit(code);
    process.exitCode = 128 + (constants.signals[signal] ?? 0);
    process.kill(process.pid, signal);
  });
}

function end(message) {
  process.stderr.write(`ramble: ${message}\n`);
  return process.exit(1);
}
