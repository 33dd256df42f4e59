import { spawn } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.ts';

const folder = join(root, 'node_modules', 'electron');
/** When a download last failed: it is not tried again at every start. */
const failure = join(root, 'node_modules', '.cache', 'evening-ramble', 'electron-not-downloaded');
const TRY_AGAIN_MS = 24 * 60 * 60 * 1000;
const LONGEST_DOWNLOAD_MS = 5 * 60 * 1000;
const LONGEST_LOOKUP_MS = 3000;

/** Electron's own program, or `null` where it is not there (yet). */
export function electronProgram(): string | null {
  try {
    const program = join(
      process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'),
      readFileSync(join(folder, 'path.txt'), 'utf8'),
    );
    return existsSync(program) ? program : null;
  } catch {
    return null;
  }
}

/** Why Electron's window cannot be shown here, in words; `null` where nothing stands against it. */
export function whyNoElectron(): string | null {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return 'there is no display';
  if (process.platform === 'linux' && process.getuid?.() === 0) return 'Electron does not run as root';
  return null;
}

/** Downloads Electron's program with Electron's own installer; gives why it could not, or `null` when it is there. */
export async function downloadElectron(): Promise<string | null> {
  if (existsSync(failure) && Date.now() - statSync(failure).mtimeMs < TRY_AGAIN_MS) {
    return 'Electron’s program could not be downloaded lately';
  }
  const reached = await Promise.race([
    lookup('github.com').then(
      () => true,
      () => false,
    ),
    new Promise<boolean>((done) => setTimeout(() => done(false), LONGEST_LOOKUP_MS).unref()),
  ]);
  if (!reached) return 'Electron’s program is not here, and there is no network to download it';
  process.stderr.write('Downloading Electron’s program, once…\n');
  const code = await new Promise<number>((done) => {
    const child = spawn(process.execPath, [join(folder, 'install.js')], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    const timer = setTimeout(() => child.kill(), LONGEST_DOWNLOAD_MS);
    child.on('error', () => done(1));
    child.on('exit', (ended) => {
      clearTimeout(timer);
      done(ended ?? 1);
    });
  });
  if (code === 0 && electronProgram() !== null) return null;
  mkdirSync(join(failure, '..'), { recursive: true });
  writeFileSync(failure, '');
  return 'Electron’s program could not be downloaded';
}
