import { openAt } from './open-at.ts';

/**
 * Opens `a.md` of a vault as somebody who may not do everything, and prints its state. Arguments: vault, data folder. The administrator
 * becomes nobody first.
 */
const [vault = '', data = ''] = process.argv.slice(2);
const NOBODY = 65_534;
if (process.getuid?.() === 0) {
  process.setgroups?.([]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
const app = await openAt(vault, data);
const { state } = await app.client.call('notes.open', { path: 'a.md' });
process.stdout.write(`${JSON.stringify(state)}\n`);
await app.close();
process.exit(0);
