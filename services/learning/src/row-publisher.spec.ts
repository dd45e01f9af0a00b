import { EventBus } from '@shopkeeper/bus';
import { ShopkeeperError, type OutgoingRecord } from '@shopkeeper/contracts';
import { aProduct, aSignal } from '@shopkeeper/contracts/testing';
import { LearningModel } from '@shopkeeper/recommender';
import { describe, expect, it } from 'vitest';
import { Learner } from './learner.js';
import { RowPublisher } from './row-publisher.js';

class RecordedBus extends EventBus {
  readonly published: OutgoingRecord[] = [];
  down = false;

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    if (this.down) throw new ShopkeeperError('BUS_UNAVAILABLE', 'down', { retriable: true });
    this.published.push(...records);
  }
  createTopics = () => Promise.reject(new Error('not asked for'));
  subscribe = () => Promise.reject(new Error('not asked for'));
  ping = () => Promise.resolve();
  close = () => Promise.resolve();
}

const begin = (partsPerRound = 500) => {
  const model = new LearningModel();
  const bus = new RecordedBus();
  const learner = new Learner(model, new Map([['shopper.signal.v1/3', 17]]), () => undefined);
  const publisher = new RowPublisher(bus, learner, { minShare: 0.05, maxAgeMs: 30_000, partsPerRound }, 0);
  const view = (sessionId: string, ...products: string[]) =>
    products.forEach((productId, i) => model.fold(aSignal({ sessionId, seq: i + 1, items: [{ productId }] })));
  return { model, bus, publisher, view };
};
const keysOf = (records: readonly OutgoingRecord[]) => records.map(({ key }) => key);

describe('RowPublisher', () => {
  it('publishes what changed and then the manifest of that epoch', async () => {
    const { bus, publisher, view } = begin();
    view('a', 'p-1', 'p-2');
    expect(await publisher.round(0)).toEqual({ parts: 3, rows: 5, more: false });
    expect(keysOf(bus.published)).toEqual([
      'covisit:p-1',
      'transition:p-1',
      'covisit:p-2',
      'transition:p-2',
      'trend:*',
      'learning',
    ]);
    expect(JSON.parse(bus.published[0]?.value ?? '')).toEqual({
      generator: 'covisit',
      subject: 'p-1',
      epoch: 'learning-1-2',
      products: ['p-2'],
      scores: [1],
    });
    expect(JSON.parse(bus.published[5]?.value ?? '')).toMatchObject({
      model: 'learning',
      epoch: 'learning-1-2',
      signals: 2,
      rows: 5,
      positions: { 'shopper.signal.v1/3': 17 },
    });
    expect(publisher.announced).toBe(2);
    bus.published.length = 0;
    expect(await publisher.round(1)).toEqual({ parts: 0, rows: 0, more: false });
    expect(bus.published).toEqual([]);
  });

  it('takes a row away that has nothing in it any more', async () => {
    const { model, bus, publisher, view } = begin();
    model.foldProduct('p-1', aProduct());
    view('a', 'p-1', 'p-2');
    await publisher.round(0);
    bus.published.length = 0;
    model.foldProduct('p-1', null);
    await publisher.round(1);
    const gone = bus.published.filter(({ value }) => value === null);
    expect(keysOf(gone)).toEqual(expect.arrayContaining(['covisit:p-1', 'transition:p-1', 'trend:garden', 'trend:*']));
  });

  it('publishes a bounded number at a time and says that there is more', async () => {
    const { publisher, view } = begin(2);
    view('a', 'p-1', 'p-2');
    expect(await publisher.round(0)).toEqual({ parts: 2, rows: 4, more: true });
    expect(await publisher.round(1)).toEqual({ parts: 1, rows: 1, more: false });
  });

  it('publishes again what the bus did not acknowledge', async () => {
    const { bus, publisher, view } = begin();
    view('a', 'p-1', 'p-2');
    bus.down = true;
    await expect(publisher.round(0)).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE' });
    expect(publisher.announced).toBe(0);
    bus.down = false;
    expect(await publisher.round(1)).toMatchObject({ rows: 5 });
  });

  it('settles: whatever the pieces in which the news came, the published rows are the same', async () => {
    const learn = async (rounds: boolean) => {
      const { bus, publisher, view } = begin();
      for (let n = 0; n < 40; n += 1) {
        view(`s-${n}`, `p-${n % 7}`, `p-${(n * 3) % 11}`, `p-${n % 2}`);
        if (rounds) await publisher.round(n);
      }
      await publisher.settle(() => true);
      const rows = bus.published.filter(({ key }) => key !== 'learning');
      const last = new Map(rows.map(({ key, value }) => [key, JSON.parse(value ?? 'null') as Record<string, unknown>]));
      return [...last].map(([key, row]) => [key, row?.['products'], row?.['scores']]).sort();
    };
    expect(await learn(true)).toEqual(await learn(false));
  });

  it('settles without a word when nothing has changed', async () => {
    const { bus, publisher, view } = begin();
    view('a', 'p-1', 'p-2');
    await publisher.round(0);
    bus.published.length = 0;
    expect(await publisher.settle(() => true)).toMatchObject({ parts: 3, rows: 0, more: false });
    expect(bus.published).toEqual([]);
  });

  it('gives way to news while it settles, and forgets nothing', async () => {
    const { bus, publisher, view } = begin();
    view('a', 'p-1', 'p-2');
    expect(await publisher.settle(() => false)).toMatchObject({ rows: 0, more: true });
    expect(bus.published.filter(({ key }) => key !== 'learning')).toEqual([]);
    expect(await publisher.round(0)).toMatchObject({ rows: 5 });
  });
});
