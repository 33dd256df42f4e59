import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HeldHints } from '../../src/backend/index/held-hints.ts';

const LARGE = 1_000_000;
let sent: string[][] = [];
let hints: HeldHints;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  hints = new HeldHints((paths) => sent.push(paths));
});

afterEach(() => {
  hints.close();
  vi.useRealTimers();
});

it('a large note that is being typed in is looked at once the typing rests, the others at once', () => {
  for (let key = 0; key < 20; key += 1) {
    hints.typed('large.md', LARGE);
    if (key % 5 === 0) hints.hint(['large.md', 'other.md']);
    vi.advanceTimersByTime(200);
  }
  expect(sent).toEqual([['other.md'], ['other.md'], ['other.md'], ['other.md']]);
  vi.advanceTimersByTime(790);
  expect(sent).toHaveLength(4);
  vi.advanceTimersByTime(20);
  expect(sent.slice(4)).toEqual([['large.md']]);
  hints.hint(['large.md']);
  expect(sent.slice(5)).toEqual([['large.md']]);
});

it('a note of a usual size is looked at after each save', () => {
  hints.typed('usual.md', 6000);
  vi.advanceTimersByTime(300);
  hints.hint(['usual.md']);
  expect(sent).toEqual([['usual.md']]);
});

it('typing that never rests does not hold a note back for ever', () => {
  hints.typed('large.md', LARGE);
  hints.hint(['large.md']);
  for (let key = 0; key < 120 && sent.length === 0; key += 1) {
    vi.advanceTimersByTime(100);
    hints.typed('large.md', LARGE);
  }
  expect(sent).toEqual([['large.md']]);
});

it('what is held back is there for who asks for everything', () => {
  hints.typed('large.md', LARGE);
  hints.hint(['large.md']);
  hints.release();
  expect(sent).toEqual([['large.md']]);
  vi.advanceTimersByTime(20_000);
  expect(sent).toHaveLength(1);
});

it('nothing is sent after the end', () => {
  hints.typed('large.md', LARGE);
  hints.hint(['large.md']);
  hints.close();
  vi.advanceTimersByTime(20_000);
  expect(sent).toEqual([]);
});
