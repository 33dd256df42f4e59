import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { buildWorkers } from './build-workers.ts';
import { benchDocuments } from './documents.ts';
import { benchNotes } from './notes.ts';
import { benchTyping } from './typing.ts';

/**
 * Speed, as ratios to floors measured in the same run. The machine is noisy: quote the ratios.
 * `npm run bench -- --notes 1000,10000,100000 --only notes` (or `documents`, `typing`); a vault of 100,000 takes some minutes.
 * The peers are asked where they are installed: `apt install ripgrep fzf`.
 */
const { values } = parseArgs({
  options: { notes: { type: 'string', default: '1000,10000' }, only: { type: 'string' } },
});
const wanted = (part: string) => values.only === undefined || values.only === part;

console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`);
const workers = await buildWorkers();
if (wanted('documents')) await benchDocuments(workers);
if (wanted('typing')) await benchTyping();
if (wanted('notes'))
  for (const count of values.notes.split(',').map(Number)) await benchNotes(count, workers);
process.exit(0);
