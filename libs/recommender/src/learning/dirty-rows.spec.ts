import { describe, expect, it } from 'vitest';
import { DirtyRows } from './dirty-rows.js';

const RULE = { minShare: 0.05, maxAgeMs: 30_000 };
const due = (dirty: DirtyRows, now: number, total = 100): [number, number][] => {
  const rows: [number, number][] = [];
  dirty.forEachDue(
    now,
    RULE,
    () => total,
    (row, share) => rows.push([row, share]),
  );
  return rows;
};

describe('DirtyRows', () => {
  it('has a row due at a twentieth of its mass, or half a minute after it was noticed', () => {
    const dirty = new DirtyRows();
    dirty.touch(7, 4);
    dirty.touch(900, 5);
    expect(due(dirty, 1000)).toEqual([[900, 0.05]]);
    expect(due(dirty, 30_999)).toEqual([[900, 0.05]]);
    expect(due(dirty, 31_000)).toEqual([
      [7, 0.04],
      [900, 0.05],
    ]);
  });

  it('adds up small changes, and starts anew when cleared', () => {
    const dirty = new DirtyRows();
    for (let i = 0; i < 3; i += 1) dirty.touch(7, 2);
    expect(due(dirty, 1)).toEqual([[7, 0.06]]);
    dirty.clear([7]);
    expect(dirty.size).toBe(0);
    dirty.touch(7, 2);
    expect(dirty.size).toBe(1);
    expect(due(dirty, 29_000)).toEqual([]);
    expect(due(dirty, 58_999)).toEqual([]);
  });

  it('has a row due whose content was thrown away', () => {
    const dirty = new DirtyRows();
    dirty.touch(7, Infinity);
    expect(due(dirty, 1, 0)).toEqual([[7, 1]]);
  });
});
