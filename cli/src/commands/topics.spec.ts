import { TOPICS } from '@shopkeeper/contracts';
import { describe, expect, it } from 'vitest';
import { anIo } from '../import/testing/fakes.js';
import { createTopics, runTopics } from './topics.js';

describe('topics', () => {
  it('creates all and tells which were there', async () => {
    const io = anIo();
    await createTopics({ createTopics: (topics) => Promise.resolve(topics.slice(1).map(({ name }) => name)) }, io);
    const lines = io.texts.out.trim().split('\n');
    expect(lines).toHaveLength(TOPICS.length + 1);
    expect(lines[1]).toMatch(/^catalog\.change\.v1 +6 +7 days +productId or sku +exists$/);
    expect(lines.find((line) => line.startsWith('catalog.product.v1'))).toMatch(/6 +compacted +productId +created$/);
    expect(lines.find((line) => line.startsWith('shopper.signal.v1'))).toMatch(/12 +548 days/);
  });

  it('wants to know which bus', async () => {
    await expect(runTopics([], anIo())).rejects.toThrow(/--bus or set BUS_URL/);
    expect(await runTopics(['--help'], anIo())).toBe(0);
  });
});
