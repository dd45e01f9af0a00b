import { Partitioners } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { partitionOf } from './murmur2.js';

describe('partitionOf', () => {
  it('is the partition that Kafka’s default partitioner chooses', () => {
    const partitioner = Partitioners.DefaultPartitioner();
    const partitionMetadata = Array.from({ length: 12 }, (_, partitionId) => ({
      partitionId,
      leader: 1,
      partitionErrorCode: 0,
      replicas: [1],
      isr: [1],
    }));
    const keys = [
      '',
      'a',
      'ab',
      'abc',
      'abcd',
      'abcde',
      'p-1',
      'Gießkanne 🪴',
      'x'.repeat(199),
      ...Array.from({ length: 500 }, (_, n) => `shopper-${n}`),
    ];
    for (const key of keys) {
      const theirs = partitioner({ topic: 't', partitionMetadata, message: { key, value: '' } });
      expect([key, partitionOf(key, 12)]).toEqual([key, theirs]);
    }
  });

  it('spreads keys', () => {
    const counts = Array.from({ length: 6 }, () => 0);
    for (let n = 0; n < 6_000; n += 1) counts[partitionOf(`p-${n}`, 6)]! += 1;
    expect(Math.min(...counts)).toBeGreaterThan(850);
  });
});
