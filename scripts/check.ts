import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Ran, root, run } from './run.ts';

const typed = [...readdirSync(join(root, 'src')).map((folder) => `src/${folder}`), 'tests'];

/** The fast checks; each is one tool. Types are checked folder by folder, because what a folder may name differs. */
const checks: [name: string, command: string, args: string[]][] = [
  ['format and lint', 'biome', ['ci', '--error-on-warnings', '.']],
  ['layers', 'depcruise', ['src', '--output-type', 'err-long']],
  ['unused code', 'knip', []],
  ...typed.map((folder): [string, string, string[]] => [
    `types of ${folder}`,
    'node',
    ['node_modules/typescript-7/bin/tsc', '-p', folder],
  ]),
];

/** Runs every check, two at a time; prints a line for each, and the whole output of those that failed. Gives how many failed. */
export async function check(): Promise<{ passed: number; failed: number }> {
  const waiting = [...checks];
  let failed = 0;
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, command, args] = next;
      const ran: Ran = await run(command, args);
      if (ran.code !== 0) failed += 1;
      console.log(`${ran.code === 0 ? 'ok  ' : 'FAIL'} ${name} (${ran.seconds.toFixed(1)} s)`);
      if (ran.code !== 0) console.log(ran.output);
    }
  };
  await Promise.all([worker(), worker()]);
  return { passed: checks.length - failed, failed };
}

if (process.argv[1] === import.meta.filename) {
  const { failed } = await check();
  process.exitCode = failed === 0 ? 0 : 1;
}
