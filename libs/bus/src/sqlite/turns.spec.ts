import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BatchSize, Turns } from './turns.js';

const busyFor = (ms: number) => {
  for (const until = performance.now() + ms; performance.now() < until;);
};

describe('Turns', () => {
  it('measures a piece up to where it waits, and nothing that others do in the same turn', async () => {
    const turns = new Turns();
    const measured: number[] = [];
    const piece = async () => {
      await turns.take((busyMs) => measured.push(busyMs));
      busyFor(5);
      await Promise.resolve();
      busyFor(5);
      await nextTurn();
      busyFor(300);
    };
    const pieces = [piece(), piece()];
    setImmediate(() => busyFor(300));
    await Promise.all(pieces);
    expect(measured).toHaveLength(2);
    for (const busyMs of measured) {
      expect(busyMs).toBeGreaterThanOrEqual(10);
      expect(busyMs).toBeLessThan(300);
    }
  });
});

describe('BatchSize', () => {
  it('grows while full pieces are quick, shrinks when they are slow, within its bounds', () => {
    const size = new BatchSize(500);
    const first = size.current;
    size.measured(1, first - 1);
    expect(size.current).toBe(first);
    for (let n = 0; n < 10; n += 1) size.measured(1, size.current);
    expect(size.current).toBe(500);
    size.measured(10, 500);
    expect(size.current).toBe(500);
    size.measured(40, 500);
    expect(size.current).toBe(250);
    for (let n = 0; n < 10; n += 1) size.measured(100, size.current);
    expect(size.current).toBe(32);
    expect(new BatchSize(10).current).toBe(10);
  });
});
