import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { createApp } from '../../src/backend/app.ts';
import { createClient } from '../../src/contract/client.ts';
import { cleanUp, eventually, makeVault } from '../support/app.ts';
import { WORKERS } from '../support/modules.ts';
import { Typist } from '../support/typist.ts';
import { journalFolder } from './open-at.ts';

const WORKER = new URL('./troubled-index-worker.ts', import.meta.url);

afterEach(cleanUp);

it.each(['throws', 'hangs', 'ends'])(
  'C09: a thread of the index %s while somebody types: every key is kept and saved, and the index answers after',
  async (trouble) => {
    const vault = makeVault({ 'a.md': 'begin\n', 'b.md': '[[a]]\n' });
    const data = makeVault().folder;
    const app = createApp({
      door: { capabilities: { pickFolder: false, rambleWindow: false, revealFile: false, menu: false } },
      dataFolder: data,
      sampleFolder: data,
      workers: {
        index: new URL(`?${trouble}`, WORKER),
        journal: WORKERS.journal,
      },
      version: 'test',
    });
    await app.openFolder(vault.folder);
    const client = createClient({ send: (name, params) => app.dispatch(name, params), listen: app.listen });
    const typist = await Typist.open(client, 'a.md');
    for (let key = 0; key < 60; key += 1) {
      typist.type(typist.text.length, `${key} `);
      await typist.push();
      await pause(20);
    }
    await typist.save();
    expect(vault.read('a.md')).toBe(`begin\n${Array.from({ length: 60 }, (_, key) => `${key} `).join('')}`);
    expect(readdirSync(journalFolder(data)).filter((name) => name.endsWith('-troubled'))).not.toEqual([]);
    await eventually(
      async () => (await client.call('links.backlinks', { path: 'a.md' })).backlinks.length === 1,
      'the index answers',
      30_000,
    );
    await app.close();
  },
);
