import { Partitioners } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { partitionOf } from '../sqlite/murmur2.js';

describe('the embedded log', () => {
  it('gives a key the partition that Kafka’s default partitioner chooses', () => {
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
});
