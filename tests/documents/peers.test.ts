import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createRandom } from '../faults/random.ts';
import { ramble } from '../integration/terminal-fixtures.ts';
import { cleanUp, eventually, makeVault, openApp } from '../support/app.ts';
import { Typist } from '../support/typist.ts';
import { DriverLog, marksIn, readPast } from './driver-log.ts';
import { below, typeSomething } from './hands.ts';
import { type StartedApp, startApp } from './start-app.ts';

const NOW = '2021-02-09T21:00';
const started: StartedApp[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((app) => app.kill()));
  cleanUp();
});

async function start(vault: string, data: string): Promise<StartedApp> {
  const app = await startApp(vault, data);
  started.push(app);
  return app;
}

/** Every mark stands in the text once. */
function expectOnce(text: string, marks: readonly string[]): void {
  expect(marksIn(text).sort()).toEqual([...marks].sort());
}

/** Hands over what is typed; as a window, again and again while the app does not answer. */
async function pushUntilKept(typist: Typist): Promise<void> {
  await eventually(
    () =>
      typist.push().then(
        () => true,
        () => false,
      ),
    'what was typed is kept',
  );
}

describe('several processes on one vault', () => {
  it('C34: two apps and the terminal: nothing is lost, and all come to the same', async () => {
    const vault = makeVault();
    const data = makeVault().folder;
    const apps = [await start(vault.folder, data), await start(vault.folder, data)] as const;
    const { path, template } = await apps[0].client.call('journal.tonight', {});
    const typists = [
      await Typist.open(apps[0].client, path, template),
      await Typist.open(apps[1].client, path, template),
    ] as const;
    const random = createRandom(34);
    const marks: string[] = [];
    const mark = (by: string) => {
      marks.push(`<${by}-${marks.length}>`);
      return marks.at(-1) as string;
    };
    let isOver = false;
    const typing = typists.map(async (typist, index) => {
      while (!isOver) {
        const lines = typist.text.split('\n');
        const before = lines.slice(0, below(random, lines.length)).join('\n').length;
        typist.type(before, `\n${mark(`w${index}`)}`);
        await (random() < 0.2 ? typist.save() : typist.push());
        await pause(below(random, 30));
      }
    });
    const env = { RAMBLE_DATA: data };
    const append = async () => {
      for (let count = 0; count < 4; count += 1) {
        const ended = await ramble(['--vault', vault.folder, '--now', NOW, 'append', mark('t')], { env });
        expect(ended).toMatchObject({ code: 0 });
      }
    };
    await Promise.all([append(), append()]);
    isOver = true;
    await Promise.all(typing);
    await eventually(async () => {
      for (const typist of typists) await typist.save();
      const text = vault.read(path);
      return typists.every((typist) => typist.text === text);
    }, 'windows and file hold the same');
    expectOnce(vault.read(path), marks);
    expect(marks.filter((one) => one.startsWith('<t')).length).toBe(8);
    expect(marks.length).toBeGreaterThan(40);
  });

  it('C35: when the process that answers is killed, another does within 2 s, and typing goes on', async () => {
    const vault = makeVault({ 'a.md': 'begin\n' });
    const data = makeVault().folder;
    let answering = await start(vault.folder, data);
    let other = await start(vault.folder, data);
    const typist = await Typist.open(other.client, 'a.md');
    const random = createRandom(35);
    const marks: string[] = [];
    const takeovers: number[] = [];
    const type = () => {
      marks.push(`<k-${marks.length}>`);
      typist.type(typist.text.length, `${marks.at(-1)}\n`);
    };
    for (let round = 0; round < 4; round += 1) {
      for (let count = 0; count < 20; count += 1) {
        type();
        await typist.push();
      }
      // What is under way at the moment of the end, too.
      type();
      const underWay = typist.push();
      await pause(below(random, 5));
      const from = Date.now();
      await answering.kill();
      type();
      await Promise.all([underWay, typist.push()]);
      const resumed = await eventually(
        () => other.events.find(({ name, at }) => name === 'vault.resumed' && at >= from),
        'the other answers',
      );
      takeovers.push(resumed.at - from);
      for (let count = 0; count < 5; count += 1) {
        type();
        await typist.push();
      }
      // The one that was killed comes back as the other; the window stays where it is.
      const next = await start(vault.folder, data);
      [answering, other] = [other, next];
      typist.reconnect(other.client);
    }
    await typist.save();
    expect(vault.read('a.md')).toBe(`begin\n${marks.map((mark) => `${mark}\n`).join('')}`);
    expect(typist.text).toBe(vault.read('a.md'));
    // As the process that takes over saw it; what else the machine does may hold up one or the other, and not most of them.
    expect(takeovers.toSorted((a, b) => a - b)[1]).toBeLessThan(2000);
  });

  it('C35: what must not be done twice is not tried again: it is said that nobody knows', async () => {
    const vault = makeVault();
    const data = makeVault().folder;
    const random = createRandom(36);
    let answering = await start(vault.folder, data);
    let other = await start(vault.folder, data);
    const sent: { mark: string; outcome: string }[] = [];
    for (let round = 0; round < 4; round += 1) {
      let answered = 0;
      const calls = Array.from({ length: 5 }, (_, index) => `<append-${round}.${index}>`).map(
        async (mark) => {
          const outcome = await other.client.call('journal.append', { text: mark }).then(
            () => 'done',
            (error: { code: string }) => error.code,
          );
          sent.push({ mark, outcome });
          answered += 1;
        },
      );
      // However quick the machine is, the end comes at another one of them each time.
      await eventually(() => answered >= round, 'some are answered');
      await pause(below(random, 60));
      await answering.kill();
      await Promise.all(calls);
      const next = await start(vault.folder, data);
      [answering, other] = [other, next];
    }
    await other.client.call('app.state', {});
    const { path } = await other.client.call('journal.tonight', {});
    const typist = await Typist.open(other.client, path);
    await typist.save();
    const found = marksIn(vault.read(path));
    for (const { mark, outcome } of sent) {
      const times = found.filter((one) => one === mark).length;
      if (outcome === 'done') expect(times, mark).toBe(1);
      else {
        expect(outcome).toBe('disconnected');
        expect(times, mark).toBeLessThanOrEqual(1);
      }
    }
  });

  it('C08: what is typed while the app is gone is sent once when it is back', async () => {
    const vault = makeVault({ 'a.md': 'begin\n', 'b.md': 'begin\n' });
    const data = makeVault().folder;
    const random = createRandom(8);
    let app = await start(vault.folder, data);
    const windows = [
      await Typist.open(app.client, 'a.md'),
      await Typist.open(app.client, 'a.md'),
      await Typist.open(app.client, 'b.md'),
    ];
    const logs = { 'a.md': new DriverLog('a'), 'b.md': new DriverLog('b') };
    const type = (typist: Typist, by: number) =>
      typeSomething(typist, random, logs[typist.note.path as 'a.md' | 'b.md'], `w${by}`);
    for (let round = 0; round < 5; round += 1) {
      const underWay: Promise<unknown>[] = [];
      for (let count = 0; count < 12; count += 1)
        for (const [by, typist] of windows.entries()) {
          type(typist, by);
          if (random() < 0.7) underWay.push(typist.push().catch(() => undefined));
          if (random() < 0.3) await pause(below(random, 20));
        }
      await app.kill();
      await Promise.all(underWay);
      for (let count = 0; count < 5; count += 1)
        for (const [by, typist] of windows.entries()) type(typist, by);
      for (const typist of windows)
        await expect(typist.push()).rejects.toMatchObject({ code: 'disconnected' });
      app = await start(vault.folder, data);
      for (const typist of windows) typist.reconnect(app.client);
      for (const typist of windows) await pushUntilKept(typist);
    }
    for (const typist of windows) await typist.save();
    for (const typist of windows) await typist.pull();
    for (const typist of windows) {
      expect(typist.text).toBe(vault.read(typist.note.path));
      const marks = marksIn(typist.text);
      expect(new Set(marks).size).toBe(marks.length);
    }
    await app.close();
    const past = await readPast(data);
    for (const [path, log] of Object.entries(logs)) {
      const { line = [], kept = [] } = past.get(path) ?? {};
      expect(log.lost([vault.read(path), ...kept], line)).toEqual({ gone: [], nowhere: [] });
    }
  });
});

describe('one window', () => {
  it('C37: 1,000 fast changes between two notes put no text of one into the other', async () => {
    const vault = makeVault({ 'A.md': '# A\n', 'B.md': '# B\n' });
    const app = await openApp(vault);
    const random = createRandom(37);
    const typed = { A: [] as string[], B: [] as string[] };
    const underWay: Promise<unknown>[] = [];
    for (let count = 0; count < 1000; count += 1) {
      const name = count % 2 === 0 ? 'A' : 'B';
      const typist = await Typist.open(app.client, `${name}.md`);
      typist.type(typist.text.length, `<${name}-${count}>\n`);
      typed[name].push(`<${name}-${count}>`);
      underWay.push(random() < 0.1 ? typist.save() : typist.push());
      typist.close();
    }
    await Promise.all(underWay);
    await app.close();
    for (const name of ['A', 'B'] as const) {
      const text = vault.read(`${name}.md`);
      expect(text.startsWith(`# ${name}\n`)).toBe(true);
      expectOnce(text, typed[name]);
    }
    cleanUp();
  });
});
