import { ShopkeeperError } from '@shopkeeper/contracts';
import { describe, expect, it } from 'vitest';
import type { LogRecord, Subscription } from '../event-bus.js';
import { SILENT } from '../logger.js';
import type { DeadLetter } from './dead-letter.js';
import { PartitionDelivery } from './partition-delivery.js';
import { retryDelay, TUNING } from './tuning.js';

const records = (count: number): LogRecord[] =>
  Array.from({ length: count }, (_, n) => ({
    topic: 't',
    partition: 0,
    offset: 10 + n * 2,
    key: `k-${n}`,
    value: Buffer.from('{}'),
    headers: {},
    timestamp: 0,
  }));

function setUp(
  handle: Subscription['handle'],
  over: { deadLetter?: (letters: readonly DeadLetter[]) => Promise<void> } = {},
) {
  const log: string[] = [];
  const [stop, lost] = [new AbortController(), new AbortController()];
  const delivery = new PartitionDelivery({
    group: 'g',
    topic: 't',
    partition: 0,
    handle,
    tuning: { ...TUNING, retryFirstMs: 1, retryMaxMs: 2, handleMaxMs: 20 },
    logger: SILENT,
    deadLetter: async (letters) => {
      await over.deadLetter?.(letters);
      log.push(`bury ${letters.map(({ record }) => record.offset).join()}`);
    },
    commit: (next) => void log.push(`commit ${next}`),
  });
  return { delivery, log, stop, lost, signals: { stop: stop.signal, lost: lost.signal } };
}

describe('PartitionDelivery', () => {
  it('buries before it commits, and commits only what is settled without a gap', async () => {
    let round = 0;
    const { delivery, log, signals } = setUp(async (batch) => {
      round += 1;
      return batch.map(({ offset }) => {
        if (offset === 12) return { poison: 'bad' };
        return offset === 16 && round === 1 ? { retry: 'busy' } : 'done';
      });
    });
    expect(await delivery.deliver(records(5), signals)).toBe(19);
    expect(log).toEqual(['bury 12', 'commit 15', 'commit 19']);
  });

  it('poison behind a retry is not buried yet: it comes again', async () => {
    let round = 0;
    const { delivery, log, signals } = setUp(async (batch) => {
      round += 1;
      if (round === 1) return batch.map((_, n) => (n === 0 ? { retry: 'busy' } : { poison: 'bad' }));
      return batch.map(() => 'done');
    });
    await delivery.deliver(records(2), signals);
    expect(log).toEqual(['commit 13']);
  });

  it('does not go on, and commits nothing past it, while the dead letters cannot be written', async () => {
    let failures = 3;
    const { delivery, log, signals } = setUp(
      async (batch) => batch.map((_, n) => (n === 1 ? { poison: 'bad' } : 'done')),
      {
        deadLetter: async () => {
          if (failures-- > 0) throw new ShopkeeperError('BUS_UNAVAILABLE', 'no log', { retriable: true });
        },
      },
    );
    await delivery.deliver(records(3), signals);
    expect(log).toEqual(['bury 12', 'commit 15']);
    expect(failures).toBe(-1);
  });

  it('stopped while the dead letters cannot be written, it keeps what came before them only', async () => {
    const { delivery, log, stop, signals } = setUp(
      async (batch) => batch.map((_, n) => (n === 1 ? { poison: 'bad' } : 'done')),
      {
        deadLetter: async () => {
          stop.abort();
          throw new Error('no log');
        },
      },
    );
    expect(await delivery.deliver(records(3), signals)).toBe(12);
    expect(log).toEqual(['commit 11']);
  });

  it('a handler that throws because it was told to stop is no bug', async () => {
    const { delivery, log, stop, lost, signals } = setUp(async () => {
      stop.abort();
      lost.abort();
      throw new TypeError('aborted');
    });
    expect(await delivery.deliver(records(3), signals)).toBe(10);
    expect(log).toEqual([]);
  });

  it('a handler that throws before it answers with a promise is a bug like any other', async () => {
    const { delivery, log, signals } = setUp((batch) => {
      if (batch.some(({ offset }) => offset === 10)) throw new TypeError('at once');
      return Promise.resolve(batch.map(() => 'done' as const));
    });
    await delivery.deliver(records(2), signals);
    expect(log).toEqual(['bury 10', 'commit 13']);
  });

  it('says how often it tried', async () => {
    const letters: DeadLetter[] = [];
    let round = 0;
    const { delivery, signals } = setUp(
      async (batch) => batch.map(() => (++round < 4 ? { retry: 'busy' } : { poison: 'bad' })),
      {
        deadLetter: async (some) => void letters.push(...some),
      },
    );
    await delivery.deliver(records(1), signals);
    expect(letters.map(({ attempts }) => attempts)).toEqual([4]);
  });

  it('knows a handler that hangs', async () => {
    let answer = (): void => undefined;
    const { delivery, signals } = setUp(
      (batch) => new Promise((resolve) => (answer = () => resolve(batch.map(() => 'done')))),
    );
    const delivered = delivery.deliver(records(1), signals);
    expect(delivery.overdue(Date.now())).toBe(false);
    expect(delivery.overdue(Date.now() + 1_000)).toBe(true);
    expect(delivery.trouble(Date.now() + 1_000)).toContain('has not answered');
    answer();
    await delivered;
    expect(delivery.overdue(Date.now() + 1_000)).toBe(false);
  });
});

describe('retryDelay', () => {
  it('doubles up to its cap, half of it by chance', () => {
    const tuning = { ...TUNING, retryFirstMs: 100, retryMaxMs: 1_000 };
    for (const [attempt, full] of [
      [1, 100],
      [2, 200],
      [4, 800],
      [5, 1_000],
      [5_000, 1_000],
    ] as const) {
      const delays = Array.from({ length: 50 }, () => retryDelay(attempt, tuning));
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(full / 2);
      expect(Math.max(...delays)).toBeLessThanOrEqual(full);
      expect(new Set(delays).size).toBeGreaterThan(1);
    }
  });
});
