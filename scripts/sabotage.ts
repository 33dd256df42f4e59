import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from './run.ts';
import { SABOTAGES, type Sabotage, type Tests } from './sabotages.ts';

/**
 * Takes out, one at a time, each guard that protects the user's text, and shows that a test turns red: `npm run test:sabotage`, or with a
 * part of a guard's name: `npm run test:sabotage -- rename`. First the same tests run on the sources as they are and must be green; then
 * the named test must fail by its own expectation: a time-out, a missing module or a mistake in the sabotage itself shows nothing.
 */
interface Result {
  guard: string;
  verdict: 'caught' | 'MISSED' | 'not tried';
  why: string;
  seconds: number;
}

interface Test {
  fullName: string;
  status: string;
  failureMessages: string[];
}

/** What a test says that saw the harm, as against one that could not run. */
const SEEN =
  /^(AssertionError|Error: (\d+ of \d+ crashes were not survived|never happened|promise (resolved|rejected)|Property failed|mark \d+ was|their version is not kept))/;

const SOURCES = [
  'src',
  'tests',
  'resources',
  'scripts',
  'bin',
  'package.json',
  'vitest.config.ts',
  'tsconfig.json',
];

/** The tests that ran, in a copy of the sources with these changes; `null` where Vitest gave no report. */
async function runTests(
  { project, files, named }: Tests,
  change: (copy: string) => void,
): Promise<Test[] | null> {
  const copy = mkdtempSync(join(tmpdir(), 'ramble-sabotage-'));
  // Some tests run a program as somebody else, who must be able to read it.
  chmodSync(copy, 0o755);
  try {
    for (const part of SOURCES) cpSync(join(root, part), join(copy, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    symlinkSync(join(root, 'out'), join(copy, 'out'));
    change(copy);
    const report = join(copy, 'report.json');
    const which = ['--project', project, ...files, '-t', named.source];
    const how = ['--bail', '1', '--reporter=json', `--outputFile.json=${report}`];
    await run('vitest', ['run', '--root', copy, ...how, ...which], { cwd: copy });
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
      testResults: { assertionResults: Test[] }[];
    };
    return testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'passed' || status === 'failed');
  } catch {
    return null;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const controls = new Map<string, Promise<string | null>>();

/** Why the tests show nothing here, run on the sources as they are; `null` where they are green. */
function control(tests: Tests): Promise<string | null> {
  const key = JSON.stringify([tests.project, tests.files, tests.named.source]);
  const known = controls.get(key) ?? tryControl(tests);
  controls.set(key, known);
  return known;
}

async function tryControl(tests: Tests): Promise<string | null> {
  const ran = await runTests(tests, () => undefined);
  const red = ran?.find(({ status }) => status === 'failed');
  if (red !== undefined) return `red without it: ${red.fullName}: ${firstLine(red)}`;
  return ran === null || ran.length === 0 ? 'its tests do not run here' : null;
}

async function tryOne({ guard, file, edits, tests }: Sabotage): Promise<Result> {
  const started = performance.now();
  const result = (verdict: Result['verdict'], why: string): Result => ({
    guard,
    verdict,
    why,
    seconds: Math.round((performance.now() - started) / 1000),
  });
  const reason = await control(tests);
  if (reason !== null) return result('not tried', reason);
  const ran = await runTests(tests, (copy) => {
    let source = readFileSync(join(copy, file), 'utf8');
    for (const [find, replace] of edits) source = source.replace(find, () => replace);
    writeFileSync(join(copy, file), source);
  });
  const red = ran?.filter(({ status }) => status === 'failed') ?? [];
  const seen = red.find((test) => SEEN.test(test.failureMessages[0] ?? ''));
  if (seen !== undefined) return result('caught', seen.fullName);
  if (red[0] !== undefined)
    return result('MISSED', `no expectation failed: ${red[0].fullName}: ${firstLine(red[0])}`);
  return result('MISSED', ran === null ? 'nothing ran' : 'all is green');
}

const firstLine = ({ failureMessages }: Test) => failureMessages[0]?.split('\n')[0] ?? '';

/** A sabotage whose place was not found would show nothing. */
function check({ file, edits }: Sabotage): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  return edits
    .filter(([find]) => source.split(find).length !== 2)
    .map(([find]) => `${file} does not hold, just once: ${find}`);
}

const only = process.argv[2]?.toLowerCase() ?? '';
const chosen = SABOTAGES.filter(({ guard }) => guard.toLowerCase().includes(only));
const astray = SABOTAGES.flatMap(check);
for (const line of astray) console.log(line);

const results: Result[] = [];
const waiting = chosen.filter((one) => check(one).length === 0).values();
const lane = async () => {
  for (const one of waiting) {
    const result = await tryOne(one);
    results.push(result);
    console.log(
      `${result.verdict.padEnd(9)} ${String(result.seconds).padStart(4)} s  ${result.guard}\n${' '.repeat(18)}${result.why}`,
    );
  }
};
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane));

const count = (verdict: Result['verdict']) => results.filter((result) => result.verdict === verdict).length;
console.log(`\n| guard | ${''.padEnd(9)} | seen by |\n|---|---|---|`);
for (const { guard, verdict, why } of results) console.log(`| ${guard} | ${verdict} | ${why} |`);
console.log(
  `\n${count('caught')} caught, ${count('MISSED')} missed, ${count('not tried')} not tried, ${astray.length} astray`,
);
process.exitCode = count('caught') === chosen.length && astray.length === 0 ? 0 : 1;
