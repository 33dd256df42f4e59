import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check.ts';
import { run } from './run.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const reports = mkdtempSync(join(tmpdir(), 'ramble-reports-'));
const results: [suite: string, Counts][] = [];
/** Said once more at the end: what is printed as it happens may be pages above. */
const failures: string[] = [];

function report(suite: string, counts: Counts): void {
  results.push([suite, counts]);
}

/** A suite that ended without a readable report has failed, whatever it printed. */
function readReport<Shape>(file: string): Shape | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Shape;
  } catch {
    return null;
  }
}

/** What it promises is a time, so nothing runs beside it. */
const ALONE = 'tests/faults/kills.test.ts';

/**
 * Suites at once: while one test waits for a disk, a process or a clock, others go on. `which` chooses among their files. `patient` ones
 * go on while something else is run and shown; what they print comes at their end.
 */
async function vitest(
  suites: readonly string[],
  which: readonly string[],
  { patient = false } = {},
): Promise<void> {
  const file = join(reports, `vitest-${suites.join('-')}.json`);
  const projects = suites.flatMap((suite) => ['--project', suite]);
  const ran = await run(
    'vitest',
    ['run', ...projects, ...which, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    { shown: !patient, patient },
  );
  if (patient) console.log(ran.output);
  const found = readReport<VitestReport>(file);
  const counts = new Map(suites.map((suite) => [suite, { passed: 0, failed: 0, skipped: 0 }]));
  for (const { name, message, assertionResults } of found?.testResults ?? []) {
    const suite = suites.find((one) => name.includes(`/tests/${one}/`)) ?? '';
    const of = counts.get(suite);
    if (of === undefined) continue;
    // A file that could not be run at all has no tests to count.
    if (message) {
      failures.push(`${suite}: ${name}: ${message}`);
      if (assertionResults.length === 0) of.failed += 1;
    }
    for (const test of assertionResults) {
      if (test.status === 'passed') of.passed += 1;
      else if (test.status === 'failed') of.failed += 1;
      else of.skipped += 1;
      if (test.status === 'failed')
        failures.push(`${suite}: ${test.fullName}\n${test.failureMessages.join('\n')}`);
    }
  }
  const anyFailed = [...counts.values()].some((of) => of.failed > 0);
  for (const [suite, of] of counts) report(suite, of);
  if (found === null || (ran.code !== 0 && !anyFailed))
    report('vitest', { passed: 0, failed: 1, skipped: 0 });
}

interface VitestReport {
  testResults: {
    name: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

async function playwright(): Promise<void> {
  const file = join(reports, 'e2e.json');
  const ran = await run('playwright', ['test', '--reporter=list,json'], {
    shown: true,
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  });
  const found = readReport<{ suites: Suite[] }>(file);
  const counts = new Map<string, Counts>();
  for (const test of found?.suites.flatMap(testsOf) ?? []) {
    const of = counts.get(test.projectName) ?? { passed: 0, failed: 0, skipped: 0 };
    if (test.status === 'skipped') of.skipped += 1;
    else if (test.status === 'expected') of.passed += 1;
    else {
      of.failed += 1;
      const said = test.results.flatMap(({ errors }) => errors.map(({ message }) => message ?? ''));
      failures.push(`end-to-end-${test.projectName}: ${test.title}\n${said.join('\n')}`);
    }
    counts.set(test.projectName, of);
  }
  for (const [project, of] of counts) report(`end-to-end-${project}`, of);
  const anyFailed = [...counts.values()].some((of) => of.failed > 0);
  if (counts.size === 0 || (ran.code !== 0 && !anyFailed))
    report('end-to-end', { passed: 0, failed: 1, skipped: 0 });
}

interface EndToEndTest {
  projectName: string;
  status: string;
  results: { errors: { message?: string }[] }[];
}

interface Suite {
  suites?: Suite[];
  specs?: { title: string; tests: EndToEndTest[] }[];
}

function testsOf(suite: Suite): (EndToEndTest & { title: string })[] {
  return [
    ...(suite.specs ?? []).flatMap(({ title, tests }) => tests.map((test) => ({ ...test, title }))),
    ...(suite.suites ?? []).flatMap((inner) => testsOf(inner)),
  ];
}

async function build(): Promise<void> {
  const ran = await run('electron-vite', ['build', '--logLevel', 'warn']);
  if (ran.code !== 0) console.log(ran.output);
  report('build', { passed: ran.code === 0 ? 1 : 0, failed: ran.code === 0 ? 0 : 1, skipped: 0 });
}

const started = performance.now();
report('check', { ...(await check()), skipped: 0 });
await build();
await vitest(['contract', 'integration', 'documents', 'faults'], ['--exclude', ALONE]);
await vitest(['faults'], [ALONE]);
// In a browser much is waited for, and nothing of the units promises a time.
await Promise.all([playwright(), vitest(['unit'], [], { patient: true })]);

for (const failure of failures) console.log(`\n${failure}`);
const total = { passed: 0, failed: 0, skipped: 0 };
console.log(`\n${((performance.now() - started) / 1000).toFixed(0)} s`);
for (const [suite, counts] of results) {
  console.log(`${suite}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
