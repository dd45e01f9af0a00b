import type { EventBus } from '@shopkeeper/bus';
import { ShopkeeperError, type OutgoingRecord } from '@shopkeeper/contracts';
import { describe, expect, it } from 'vitest';
import { BusDestination, type Intake } from './bus-destination.js';

const record = (key: string): OutgoingRecord => ({ topic: 't', key, value: '{}', headers: {} });
const take: Intake = (value) =>
  value === 'bad'
    ? { problem: { code: 'EVENT_INVALID', detail: 'bad' } }
    : { records: [record(String(value)), record(`${String(value)}'`)] };
const parcels = (...values: string[]) => values.map((value) => ({ value, json: JSON.stringify(value) }));

function aBus(failures: Error[] = []) {
  const published: string[] = [];
  const publish = (records: readonly OutgoingRecord[]) => {
    const failure = failures.shift();
    if (failure) return Promise.reject(failure);
    published.push(...records.map(({ key }) => key));
    return Promise.resolve();
  };
  return { published, bus: { publish, close: () => Promise.resolve() } as unknown as EventBus };
}

const to = (bus: EventBus) => new BusDestination('bus', bus, { catalog: take, events: take }, { patienceMs: 2_000 });

describe('BusDestination', () => {
  it('publishes the records of what is good, in order, and names the rest by its place', async () => {
    const { bus, published } = aBus();
    expect(await to(bus).send('events', parcels('a', 'bad', 'b'))).toEqual([
      { index: 1, code: 'EVENT_INVALID', detail: 'bad' },
    ]);
    expect(published).toEqual(['a', "a'", 'b', "b'"]);
  });

  it('waits for a bus that is down, but not for a bug', async () => {
    const down = new ShopkeeperError('BUS_UNAVAILABLE', 'down', { retriable: true });
    const { bus, published } = aBus([down]);
    await to(bus).send('events', parcels('a'));
    expect(published).toEqual(['a', "a'"]);
    await expect(
      to(aBus([new ShopkeeperError('BUS_TOPIC_UNKNOWN', 'no topic')]).bus).send('events', parcels('a')),
    ).rejects.toThrow('no topic');
  });
});
