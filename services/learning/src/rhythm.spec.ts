import { ShopkeeperError } from '@shopkeeper/contracts';
import type { Logger } from '@shopkeeper/platform';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Learner } from './learner.js';
import { Rhythm } from './rhythm.js';
import type { RowPublisher } from './row-publisher.js';

const SETTINGS = {
  publishEveryMs: 1000,
  publishEveryWhenBusyMs: 10_000,
  busyAbove: 2000,
  busyBehindMs: 5000,
  snapshotEveryMs: 60_000,
  settleAfterMs: 5000,
  settleEveryMs: 60_000,
};

const begin = () => {
  const learner = { model: { signals: 0, sizes: { dirty: 5 } }, newestAt: 0, news: 0 };
  const rounds: number[] = [];
  const saves: number[] = [];
  const settlings: number[] = [];
  const logged: string[] = [];
  const state = { fail: undefined as Error | undefined, more: 0, disturbed: false };
  const log = (_fields: object, message: string) => void logged.push(message);
  const logger: Logger = { debug: log, info: log, warn: log, error: log, child: () => logger };
  const publisher = {
    round: async () => {
      if (state.fail) throw state.fail;
      rounds.push(Math.round(performance.now()));
      state.more = Math.max(0, state.more - 1);
      return { parts: 1, rows: 1, more: state.more > 0 };
    },
    settle: async () => {
      settlings.push(Math.round(performance.now()));
      return { parts: 5, rows: 2, more: state.disturbed };
    },
  };
  const rhythm = new Rhythm(
    learner as unknown as Learner,
    publisher as unknown as RowPublisher,
    async () => void saves.push(Math.round(performance.now())),
    () => undefined,
    SETTINGS,
    logger,
  );
  const fold = (signals: number, agoMs = 0) => {
    learner.model.signals += signals;
    learner.news += signals;
    learner.newestAt = Date.now() - agoMs;
  };
  return { rhythm, rounds, saves, settlings, logged, state, fold };
};

describe('Rhythm', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('publishes every second while signals trickle in', async () => {
    const { rhythm, rounds, fold } = begin();
    rhythm.start();
    for (let second = 0; second < 5; second += 1) {
      fold(100);
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(rounds).toHaveLength(5);
  });

  it('publishes every ten seconds while an import is folded, and as soon as it is over', async () => {
    const { rhythm, rounds, fold } = begin();
    rhythm.start();
    for (let second = 0; second < 15; second += 1) {
      fold(3000);
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(rounds).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(rounds).toHaveLength(2);
  });

  it('counts folding old records as busy, however slow', async () => {
    const { rhythm, rounds, fold } = begin();
    rhythm.start();
    for (let second = 0; second < 8; second += 1) {
      fold(10, 60_000);
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(rounds).toHaveLength(0);
  });

  it('goes on at once while more is due', async () => {
    const { rhythm, rounds, state } = begin();
    state.more = 4;
    rhythm.start();
    await vi.advanceTimersByTimeAsync(1000);
    expect(rounds).toHaveLength(4);
  });

  it('settles once all is quiet, and again only after news', async () => {
    const { rhythm, settlings, fold } = begin();
    rhythm.start();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(settlings).toHaveLength(0);
    fold(1);
    await vi.advanceTimersByTimeAsync(4_000);
    fold(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(settlings).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(settlings).toHaveLength(1);
    expect(rhythm.unsettled).toBe(0);
    fold(1);
    await vi.advanceTimersByTimeAsync(50_000);
    expect(settlings).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(settlings).toHaveLength(2);
  });

  it('settles later when it was disturbed', async () => {
    const { rhythm, settlings, state, fold } = begin();
    state.disturbed = true;
    fold(1);
    rhythm.start();
    await vi.advanceTimersByTimeAsync(8_000);
    expect(settlings.length).toBeGreaterThan(0);
    expect(rhythm.unsettled).toBe(1);
    state.disturbed = false;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(rhythm.unsettled).toBe(0);
  });

  it('does not chase rows that change while it publishes', async () => {
    const { rhythm, rounds, state } = begin();
    state.more = 1000;
    rhythm.start();
    await vi.advanceTimersByTimeAsync(1000);
    expect(rounds).toHaveLength(5);
  });

  it('waits longer and longer while the bus is down, says so, and recovers', async () => {
    const { rhythm, rounds, logged, state } = begin();
    state.fail = new ShopkeeperError('BUS_UNAVAILABLE', 'the log does not answer', { retriable: true });
    rhythm.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(rhythm.health()).toEqual({ status: 'degraded', detail: 'the log does not answer' });
    expect(logged.length).toBeGreaterThan(3);
    expect(logged.length).toBeLessThan(9);
    state.fail = undefined;
    await vi.advanceTimersByTimeAsync(31_000);
    expect(rounds.length).toBeGreaterThan(0);
    expect(rhythm.health()).toEqual({ status: 'ok' });
  });

  it('saves every minute, and when it stops', async () => {
    const { rhythm, saves } = begin();
    rhythm.start();
    await vi.advanceTimersByTimeAsync(121_500);
    expect(saves).toHaveLength(2);
    await rhythm.stop();
    expect(saves).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(saves).toHaveLength(3);
  });
});
