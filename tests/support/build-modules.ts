import { chmodSync, globSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildModules } from '../../scripts/build-modules.ts';
import { MODULES_FOLDER } from './modules.ts';

const root = join(import.meta.dirname, '..', '..');

/** Before the first test: builds what tests run in threads and processes of their own. */
export async function setup(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'ramble-modules-'));
  // Some tests run a program as somebody else.
  chmodSync(folder, 0o755);
  const programs = globSync(['tests/**/*-driver.ts', 'tests/faults/steady-random.ts'], { cwd: root });
  const modules = Object.fromEntries(programs.map((path) => [basename(path, '.ts'), join(root, path)]));
  modules['index-worker'] = join(root, 'src/backend/index/worker.ts');
  modules['journal-worker'] = join(root, 'src/backend/documents/journal/worker.ts');
  const built = join(folder, 'built');
  await buildModules(built, modules);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  process.env[MODULES_FOLDER] = built;
  return () => rmSync(folder, { recursive: true, force: true });
}
