#!/usr/bin/env node
// Plain JavaScript that runs on any Node: the app itself needs 22 or newer (its SQLite crashes on older ones), and brings its own.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const terminal = join(root, 'out', 'main', 'terminal.mjs');
const modules = join(root, 'node_modules');

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const place = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(place) : statSync(place).mtimeMs);
  }
  return latest;
}

function end(message) {
  process.stderr.write(`ramble: ${message}\n`);
  process.exit(1);
}

function nodeToUse() {
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  const own = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(own)) return own;
  return end(
    `this is Node ${process.version}, and Evening Ramble needs 22 or newer. Run npm ci in ${root}, or install a newer Node.`,
  );
}

const node = nodeToUse();
const source = join(root, 'src');
if (existsSync(source) && (!existsSync(terminal) || newest(source) > statSync(terminal).mtimeMs)) {
  const builder = join(modules, 'electron-vite', 'bin', 'electron-vite.js');
  if (!existsSync(builder)) end(`Evening Ramble is not built yet. Run npm ci in ${root} first.`);
  const built = spawnSync(node, [builder, 'build', '--logLevel', 'error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (built.status !== 0) end(`Evening Ramble could not be built.\n${built.stderr}`);
}
const ran = spawnSync(node, [terminal, ...process.argv.slice(2)], { stdio: 'inherit' });
if (ran.signal) process.kill(process.pid, ran.signal);
process.exit(ran.status ?? 1);
