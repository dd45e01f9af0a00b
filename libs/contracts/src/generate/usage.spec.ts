import { describe, expect, it } from 'vitest';
import { EVENT_LIST } from '../events/registry.js';
import { readServiceSources } from './repository.js';
import { findUses } from './usage.js';

const usesIn = (text: string, more = '') =>
  findUses([
    { service: 'x', text },
    { service: 'x', text: more },
  ]).map(({ action, event, topic }) => `${action} ${event.type} ${topic.name}`);

describe('findUses', () => {
  it('reads @On with one event, several, and a list kept elsewhere', () => {
    expect(usesIn('@On(SignalRecorded, { group: "rows" })')).toEqual(['receive signal.recorded shopper.signal.v1']);
    expect(usesIn('@On([ProductUpserted, OfferChanged])')).toEqual([
      'receive product.upserted catalog.product.v1',
      'receive offer.changed catalog.offer.v1',
    ]);
    expect(usesIn('@On(CATALOGUE)', 'export const CATALOGUE = [OfferChanged] as const;')).toEqual([
      'receive offer.changed catalog.offer.v1',
    ]);
  });

  it('takes all topics of an event, unless @On narrows them', () => {
    expect(usesIn('@On(RemovalObserved)')).toHaveLength(2);
    expect(usesIn('@On(RemovalObserved, { topics: [CATALOG_IMPORT] })')).toEqual([
      'receive removal.observed catalog.import.v1',
    ]);
  });

  it('reads what is encoded, on the topic that is named or the first', () => {
    expect(usesIn('recordOf(ContentObserved, { a: f(1, 2) }, { source, topic: CATALOG_IMPORT })')).toEqual([
      'send content.observed catalog.import.v1',
    ]);
    expect(usesIn('tombstoneOf(ProductUpserted, key, { source })')).toEqual([
      'send product.upserted catalog.product.v1',
    ]);
  });

  it('goes by the topics of the file, else by its events, when the call names no event', () => {
    expect(usesIn('recordOf(command.event, p, { source, topic }); const lane = CATALOG_CHANGE;')).toHaveLength(3);
    expect(usesIn("import { OfferChanged } from 'x';\nrecordOf(event, p, { source }); say(SignalRecorded);")).toEqual([
      'send signal.recorded shopper.signal.v1',
    ]);
  });

  it('does not believe comments', () => {
    expect(usesIn('// @On(SignalRecorded)\n/* recordOf(SignalRecorded, s) */')).toEqual([]);
  });
});

describe('the services together', () => {
  const uses = findUses(readServiceSources());
  const onEveryTopic = EVENT_LIST.flatMap((event) => event.topics.map((topic) => ({ event, topic })));

  it.each(['send', 'receive'] as const)('%s every event on every topic it is declared for', (action) => {
    const missing = onEveryTopic
      .filter(
        ({ event, topic }) => !uses.some((use) => use.action === action && use.event === event && use.topic === topic),
      )
      .map(({ event, topic }) => `${event.type} on ${topic.name}`);
    expect(missing).toEqual([]);
  });
});
