import { createInterface } from 'node:readline';
import { createApp } from '../../src/backend/app.ts';
import { clockAt } from '../../src/backend/clock.ts';
import { WORKERS } from '../support/modules.ts';

/**
 * The app in a process of its own, for tests that kill it. Arguments: vault, data folder, local time. Calls come as lines on standard
 * input, answers and events, with when they were told, go as lines to standard output; it ends when the input does.
 */
const [vault = '', data = '', now = '2021-02-09T21:00'] = process.argv.slice(2);
const app = createApp({
  door: { capabilities: { pickFolder: false, rambleWindow: false, revealFile: false, menu: false } },
  dataFolder: data,
  sampleFolder: data,
  workers: WORKERS,
  version: 'test',
  clock: clockAt(now),
});
const say = (message: unknown) => process.stdout.write(`${JSON.stringify(message)}\n`);

app.listen((event) => say({ event, at: Date.now() }));
await app.openFolder(vault);
say({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const { id, name, params } = JSON.parse(line);
  void app.dispatch(name, params).then((reply) => say({ id, reply }));
}
await app.close();
process.exit(0);
