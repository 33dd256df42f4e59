import { setTimeout as pause } from 'node:timers/promises';
import { Typist } from '../support/typist.ts';
import { openAppOn } from './app-on.ts';
import { createRandom } from './random.ts';
import { say } from './say.ts';

/**
 * Types marks into two notes, saves them and ends; says on stdout `ack <mark>` once a mark would survive. Arguments: vault, data
 * folder, seed, how many marks.
 */
const [vault = '', data = '', seed = '1', count = '40'] = process.argv.slice(2);
const random = createRandom(Number(seed));
const { client, app } = await openAppOn({ vault, data });
const notes = await Promise.all(['a.md', 'b.md'].map((path) => Typist.open(client, path)));
for (let mark = 0; mark < Number(count); mark += 1) {
  const note = notes[random() < 0.7 ? 0 : 1] as Typist;
  // Never within another mark.
  const places = [...note.text.matchAll(/(?<=^|>)/gm)].map(({ index }) => index);
  note.type(places[Math.floor(random() * places.length)] ?? 0, `<${mark}>${random() < 0.1 ? '\n' : ''}`);
  void note.push().then(() => say(`ack ${mark}`));
  await pause(random() * 30);
}
for (const note of notes) await note.save();
await app.close();
