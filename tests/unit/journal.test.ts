import { afterEach, describe, expect, it } from 'vitest';
import { eveningEnd, eveningOf } from '../../src/core/journal/day.ts';
import { createRambleReader, DEFAULT_NAME_PATTERN, rambleName } from '../../src/core/journal/ramble-name.ts';
import { fillTemplate } from '../../src/core/templates/fill-template.ts';

describe('the evening', () => {
  it.each([
    ['2021-02-09T20:00', '04:00', '2021-02-09'],
    ['2021-02-10T01:30', '04:00', '2021-02-09'],
    ['2021-02-10T03:59', '04:00', '2021-02-09'],
    ['2021-02-10T04:00', '04:00', '2021-02-10'],
    ['2021-01-01T00:10', '04:00', '2020-12-31'],
    ['2021-02-10T01:30', '00:00', '2021-02-10'],
    ['2021-02-09T23:30', '23:00', '2021-02-10'],
  ])('at %s, ending at %s, is that of %s', (moment, ends, day) => {
    expect(eveningOf(new Date(moment), ends)).toBe(day);
  });

  it('ends at the next such hour', () => {
    expect(eveningEnd(new Date('2021-02-09T20:00'), '04:00')).toEqual(new Date('2021-02-10T04:00'));
    expect(eveningEnd(new Date('2021-02-10T01:30'), '04:00')).toEqual(new Date('2021-02-10T04:00'));
  });
});

describe('C59: the evening is the local one', () => {
  const { TZ } = process.env;
  afterEach(() => {
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
  });

  it.each([
    // The hour that is not there, and the one that is there twice.
    ['Europe/Berlin', '2021-03-28T00:59:59Z', '2021-03-27'],
    ['Europe/Berlin', '2021-03-28T01:00:00Z', '2021-03-27'],
    ['Europe/Berlin', '2021-03-28T01:59:59Z', '2021-03-27'],
    ['Europe/Berlin', '2021-03-28T02:00:00Z', '2021-03-28'],
    ['America/New_York', '2021-11-07T05:30:00Z', '2021-11-06'],
    ['America/New_York', '2021-11-07T06:30:00Z', '2021-11-06'],
    ['America/New_York', '2021-11-07T08:59:59Z', '2021-11-06'],
    ['America/New_York', '2021-11-07T09:00:00Z', '2021-11-07'],
    // Midnight itself is not there.
    ['America/Sao_Paulo', '2018-11-04T03:30:00Z', '2018-11-03'],
    // The 30th was left out.
    ['Pacific/Apia', '2011-12-30T09:59:00Z', '2011-12-29'],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-29'],
    ['Pacific/Apia', '2011-12-30T14:00:00Z', '2011-12-31'],
    ['Etc/GMT-14', '2021-02-09T10:00:00Z', '2021-02-09'],
    ['Etc/GMT-14', '2021-02-09T14:00:00Z', '2021-02-10'],
    ['Etc/GMT+12', '2021-02-09T15:59:00Z', '2021-02-08'],
    ['Asia/Kathmandu', '2021-02-08T22:14:00Z', '2021-02-08'],
    ['Asia/Kathmandu', '2021-02-08T22:15:00Z', '2021-02-09'],
  ])('in %s at %s it is that of %s', (zone, moment, day) => {
    process.env.TZ = zone;
    const now = new Date(moment);
    expect(eveningOf(now, '04:00')).toBe(day);
    // It is over when it says so, and is the same until then.
    const end = eveningEnd(now, '04:00');
    expect(end.getTime()).toBeGreaterThan(now.getTime());
    expect(eveningOf(new Date(end.getTime() - 1), '04:00')).toBe(day);
    expect(eveningOf(end, '04:00') > day).toBe(true);
  });
});

describe('a ramble’s name', () => {
  it('is written by the pattern', () => {
    expect(rambleName(DEFAULT_NAME_PATTERN, '2021-02-09')).toBe('2021-02-09 - The Evening Ramble');
    expect(rambleName('YYYY/MM/YYYY-MM-DD dddd', '2021-02-09')).toBe('2021/02/2021-02-09 Tuesday');
  });

  it.each([
    [DEFAULT_NAME_PATTERN, '2021-02-09 - The Evening Ramble.md', '2021-02-09'],
    [DEFAULT_NAME_PATTERN, 'old/2021-02-09 - The Evening Ramble, late.md', '2021-02-09'],
    [DEFAULT_NAME_PATTERN, '2021-02-09 – the evening ramble.md', '2021-02-09'],
    [DEFAULT_NAME_PATTERN, '2021-02-09 - Our Roadmap for Becoming a Strategic CLO.md', null],
    [DEFAULT_NAME_PATTERN, 'The Evening Ramble.md', null],
    [DEFAULT_NAME_PATTERN, '2021-02-31 - The Evening Ramble.md', null],
    ['YYYY-MM-DD', '2021-02-09.md', '2021-02-09'],
    ['YYYY-MM-DD', '2021-02-09 with words.md', '2021-02-09'],
    ['dddd D MMMM YYYY', 'Tuesday 9 February 2021.md', '2021-02-09'],
    ['DD.MM.YYYY [Tagebuch]', '09.02.2021 Tagebuch.md', '2021-02-09'],
  ])('by %s: %s is the ramble of %s', (pattern, path, day) => {
    expect(createRambleReader(pattern)(path)).toBe(day);
  });
});

it('a template fills its placeholders once, and leaves the rest', () => {
  const values = {
    title: '{{date}} $& t',
    day: new Date('2021-02-09T12:00'),
    now: new Date('2021-02-10T01:30'),
  };
  expect(
    fillTemplate(
      '# {{title}} {{date}} {{ date:dddd D MMMM }} {{time}} {{time:h:mma}} {{other}} <% x %>',
      values,
    ),
  ).toBe('# {{date}} $& t 2021-02-09 Tuesday 9 February 01:30 1:30am {{other}} <% x %>');
});
