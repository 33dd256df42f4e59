import { spawnSync } from 'node:child_process';
import { milliseconds, quantile, row } from './report.ts';

/** The same questions asked of ripgrep and fzf on the same notes: `apt install ripgrep fzf`. */
export function benchOthers(folder: string, paths: readonly string[], words: readonly string[]): void {
  ask('ripgrep, the words of the searches', 'ripgrep', words, (word) =>
    spawnSync('rg', ['--ignore-case', '--fixed-strings', '--count', '--glob', '*.md', word, folder], {
      maxBuffer: 1e9,
    }),
  );
  const list = paths.join('\n');
  ask('fzf --filter over the paths', 'fzf', words, (word) =>
    spawnSync('fzf', ['--filter', word], { input: list, maxBuffer: 1e9 }),
  );
}

function ask(
  series: string,
  program: string,
  words: readonly string[],
  run: (word: string) => ReturnType<typeof spawnSync>,
): void {
  const taken: number[] = [];
  for (const word of words) {
    const started = performance.now();
    const { error } = run(word);
    if (error !== undefined) {
      const isMissing = 'code' in error && error.code === 'ENOENT';
      row(series, 'linear', isMissing ? `missing: apt install ${program}` : `failed: ${error.message}`);
      return;
    }
    taken.push(performance.now() - started);
  }
  row(
    series,
    'linear',
    `p50 ${milliseconds(quantile(taken, 0.5))}, p95 ${milliseconds(quantile(taken, 0.95))}`,
  );
}
