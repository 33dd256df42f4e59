import { expect, test, vi } from 'vitest';
import type { NotePath } from '../../src/core/paths/note-path.ts';
import { BEGINNING } from './note-left.ts';
import { LINK, LINK_AFTER, LINK_TO_PAGE, RENAMED } from './renaming.ts';
import { filesOf, KILLED, machineWith, through } from './simulated/on-a-machine.ts';
import { sweepSimulated } from './simulated/simulated-machine.ts';

vi.mock('node:fs', async (original) =>
  (await import('./simulated/simulated-fs.ts')).simulateSync(await original<typeof import('node:fs')>()),
);
vi.mock('node:fs/promises', async (original) =>
  (await import('./simulated/simulated-fs.ts')).simulatePromises(
    await original<typeof import('node:fs/promises')>(),
  ),
);

const LINKING = 500;
/** The process is killed at each so-manieth of its calls: all of them take an hour (`RAMBLE_KILL_EVERY=1`). */
const EVERY = Number(process.env.RAMBLE_KILL_EVERY ?? 1201);

const nameOf = (at: number) => `linking ${at}.md`;
const textOf = (at: number, link: string) => `${at}\r\n${link}\nend`;

const TAKEN = 'and no end';

const BEFORE = new Map([['note.md', BEGINNING], ...links(LINK)]);
const AFTER = {
  extract: new Map([
    ['note.md', BEGINNING.replace(TAKEN, '-> [[page]]')],
    ['page.md', TAKEN],
    ...links(LINK_TO_PAGE),
  ]),
  rename: new Map([[RENAMED as string, BEGINNING], ...links(LINK_AFTER)]),
};

function links(link: string): [string, string][] {
  return Array.from({ length: LINKING }, (_, at) => [nameOf(at), textOf(at, link)]);
}

test.each([
  ['C03: an extraction', 'extract', 'extracted'],
  ['C04: a rename', 'rename', 'renamed'],
] as const)(
  `%s with links in ${LINKING} notes, killed at any step, is done everywhere or nowhere`,
  { timeout: 100_000_000 },
  async (_, doing, done) => {
    const seen = { before: 0, after: 0 };
    const swept = await sweepSimulated({
      from: await machineWith(Object.fromEntries(BEFORE)),
      work: through(doing),
      faults: KILLED,
      every: EVERY,
      async verify({ machine, said }) {
        const now = [...filesOf(machine).values()].join('');
        expect(now.includes(TAKEN), 'what moves is always somewhere').toBe(true);
        const authority = await machine.openAuthority(machine.start());
        await authority.documents.recover();
        await authority.documents.open(nameOf(0) as NotePath);
        await authority.close();
        const left = filesOf(machine);
        const isAfter = left.get(nameOf(0)) !== BEFORE.get(nameOf(0));
        expect(left).toEqual(isAfter ? AFTER[doing] : BEFORE);
        if (said.includes(done)) expect(isAfter).toBe(true);
        seen[isAfter ? 'after' : 'before'] += 1;
      },
    });
    process.stdout.write(`${doing}: killed at ${swept.met} calls; ${JSON.stringify(seen)}\n`);
    expect(swept.missed).toBe(0);
    expect(Math.min(swept.met, seen.before, seen.after)).toBeGreaterThan(0);
  },
);
