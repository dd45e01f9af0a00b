import { describe, expect, it } from 'vitest';
import { dateOrderOf, isAmbiguous, readTime, Zone } from './time.js';

const UTC = new Zone('UTC');
const iso = (text: string, zone = UTC, order: 'dmy' | 'mdy' = 'mdy') => {
  const time = readTime(text, zone, order);
  return time === undefined ? undefined : new Date(time).toISOString();
};

describe('readTime', () => {
  it.each([
    ['2010-12-01 08:26:00', '2010-12-01T08:26:00.000Z'],
    ['2010-12-01', '2010-12-01T00:00:00.000Z'],
    ['2010/12/1 8:26', '2010-12-01T08:26:00.000Z'],
    ['2010-12-01T08:26:00.5Z', '2010-12-01T08:26:00.000Z'],
    ['2010-12-01T08:26:00+02:00', '2010-12-01T06:26:00.000Z'],
    ['2010-12-01 08:26:00 +0200', '2010-12-01T06:26:00.000Z'],
    ['12/1/2010 8:26', '2010-12-01T08:26:00.000Z'],
    ['12/1/10 8:26 PM', '2010-12-01T20:26:00.000Z'],
    ['12/1/2010 12:00 AM', '2010-12-01T00:00:00.000Z'],
    ['01.12.2010, 08:26', '2010-12-01T08:26:00.000Z'],
    ['1291191960', '2010-12-01T08:26:00.000Z'],
    ['1291191960000', '2010-12-01T08:26:00.000Z'],
  ])('%s', (text, expected) => expect(iso(text)).toBe(expected));

  it('reads the day first when told to', () =>
    expect(iso('1/12/2010 8:26', UTC, 'dmy')).toBe('2010-12-01T08:26:00.000Z'));

  it.each(['', 'yesterday', '2010-02-30', '2010-13-01', '31/31/2010', '2010-12-01 25:00', '12345'])(
    'refuses %j',
    (text) => expect(iso(text)).toBeUndefined(),
  );
});

describe('Zone', () => {
  const london = new Zone('Europe/London');
  it.each([
    ['2026-01-15 12:00', '2026-01-15T12:00:00.000Z'],
    ['2026-07-15 12:00', '2026-07-15T11:00:00.000Z'],
    // Clocks go forward at 01:00 on 29 March 2026: 01:30 does not exist.
    ['2026-03-29 00:59', '2026-03-29T00:59:00.000Z'],
    ['2026-03-29 01:30', '2026-03-29T01:30:00.000Z'],
    ['2026-03-29 02:30', '2026-03-29T01:30:00.000Z'],
    // Clocks go back at 02:00 on 25 October 2026: 01:30 happens twice.
    ['2026-10-25 01:30', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25 02:30', '2026-10-25T02:30:00.000Z'],
  ])('%s in London', (text, expected) => expect(iso(text, london)).toBe(expected));

  it('knows zones of a quarter hour and days of the date line', () => {
    expect(iso('2026-01-15 12:00', new Zone('Asia/Kathmandu'))).toBe('2026-01-15T06:15:00.000Z');
    expect(iso('2026-01-15 12:00', new Zone('Pacific/Kiritimati'))).toBe('2026-01-14T22:00:00.000Z');
  });

  it('refuses names that are none', () => expect(() => new Zone('Mars/Olympus')).toThrow(RangeError));
});

describe('dateOrderOf', () => {
  it('is decided by a number above 12, or by dots', () => {
    expect(dateOrderOf(['3/11/2010', '13/11/2010'])).toBe('dmy');
    expect(dateOrderOf(['3/11/2010', '11/13/2010'])).toBe('mdy');
    expect(dateOrderOf(['3.11.2010'])).toBe('dmy');
    expect(dateOrderOf(['3/11/2010', '2010-12-13'])).toBeUndefined();
  });

  it('knows which dates leave it open', () => {
    expect(isAmbiguous('3/11/2010')).toBe(true);
    expect(isAmbiguous('3.11.2010')).toBe(false);
    expect(isAmbiguous('2010-11-03')).toBe(false);
  });
});
