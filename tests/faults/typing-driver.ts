import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { Typist } from '../support/typist.ts';
import { openAppOn } from './app-on.ts';
import { createRandom } from './random.ts';
import { say } from './say.ts';
import { markOf } from './typed-log.ts';

/**
 * Opens the app on what the last run left, says what it shows of each note, and once told to `go` types into them until it is
 * killed. Arguments: vault, data folder, seed, number of the first keystroke, the notes.
 */
const [vault = '', data = '', seed = '1', first = '1', ...paths] = process.argv.slice(2);
const random = createRandom(Number(seed));

const { client, vaultState } = await openAppOn({ vault, data });
const typists = await Promise.all(paths.map((path) => Typist.open(client, path)));
for (const [index, typist] of typists.entries()) say(`shows ${paths[index]} ${JSON.stringify(typist.text)}`);
for (const typist of typists) await typist.save();
say(`restored ${(await vaultState())?.restored?.edits ?? 0}`);
say('ready');
await new Promise<void>((done) => createInterface({ input: process.stdin }).once('line', () => done()));

/** A keystroke at the end of a line, so that what is typed in one line stays in order. */
function typeOne(number: number): void {
  const index = Math.floor(random() * typists.length);
  const typist = typists[index] as Typist;
  const lines = typist.text.split('\n');
  const line = Math.floor(random() * lines.length);
  const at = lines.slice(0, line + 1).join('\n').length;
  say(`typed ${number} ${Date.now()} ${paths[index]}`);
  typist.type(at, markOf(number));
  typist.push().then(
    () => say(`ack ${number}`),
    (error: unknown) => say(`refused ${number} ${String(error)}`),
  );
}

for (let number = Number(first); ; number += 1) {
  typeOne(number);
  // Bursts, and pauses in which notes are saved.
  await pause(random() < 0.04 ? 350 : random() * 12);
}
