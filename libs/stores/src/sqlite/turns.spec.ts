import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Turns } from './turns.js';

describe('Turns', () => {
  it('lets one begin per turn of the event loop, first come first served', async () => {
    const turns = new Turns();
    const began: string[] = [];
    const work = async (name: string) => {
      await turns.take();
      began.push(name);
    };
    void work('a');
    void work('b');
    void work('c');
    await Promise.resolve();
    const seen = [];
    for (let turn = 0; turn < 4; turn += 1) {
      seen.push(began.join(''));
      await nextTurn();
    }
    expect(seen.at(0)).toBe('a');
    expect(seen.at(-1)).toBe('abc');
    expect(seen).toContain('ab');
    await turns.take();
  });
});
