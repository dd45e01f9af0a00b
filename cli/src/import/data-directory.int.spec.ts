import { join } from 'node:path';
import { openBus } from '@shopkeeper/bus';
import { CATALOG_IMPORT, SHOPPER_EVENT, TOPICS, type Topic } from '@shopkeeper/contracts';
import { A_MOMENT } from '@shopkeeper/contracts/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { runImportCatalog } from '../commands/import-catalog.js';
import { runImportEvents } from '../commands/import-events.js';
import { anIo, jsonLines, someFiles } from './testing/fakes.js';

const files = someFiles();
afterAll(files.remove);

/** What is in a topic of the embedded log. */
async function payloadsOf(dataDir: string, topic: Topic): Promise<unknown[]> {
  const bus = await openBus({ dataDir });
  const payloads: unknown[] = [];
  const subscription = await bus.subscribe({
    group: 'test',
    topics: [topic],
    mode: 'reader',
    handle: (records) => {
      for (const { value } of records) payloads.push(JSON.parse(value?.toString() ?? 'null'));
      return Promise.resolve(records.map(() => 'done' as const));
    },
  });
  await subscription.caughtUp();
  await bus.close();
  return payloads;
}

describe('an import into a data directory that no shop has open', () => {
  const dataDir = join(files.path, 'data');

  it('leaves products and events in the log for the next start', async () => {
    const products = files.write('feed.csv', 'id,title,price,stock\na,Trowel,5,3\nb,,1,1\n');
    const event = { event: 'Product Viewed', anonymousId: 's', timestamp: A_MOMENT, properties: { product_id: 'a' } };
    const views = files.write('views.jsonl', jsonLines([event, { ...event, event: 'Song Played' }]));
    const io = anIo();
    expect(
      await runImportCatalog([products, '--data-dir', dataDir, '--observed-at', A_MOMENT, '--currency', 'EUR'], io),
    ).toBe(0);
    expect(await runImportEvents([views, '--data-dir', dataDir], io)).toBe(0);
    expect(io.texts.out).toContain(`1 products to the data directory ${dataDir}`);
    expect(io.texts.err).toMatch(/views\.jsonl:2: EVENT_UNKNOWN: "Song Played"/);
    expect(await payloadsOf(dataDir, CATALOG_IMPORT)).toEqual([
      { productId: 'a', observedAt: A_MOMENT, content: { title: 'Trowel', categories: [] } },
      { productId: 'a', observedAt: A_MOMENT, offer: { price: 5, stock: 3, currency: 'EUR' } },
    ]);
    expect(await payloadsOf(dataDir, SHOPPER_EVENT)).toMatchObject([
      { anonymousId: 's', timestamp: A_MOMENT, event: 'Product Viewed' },
    ]);
  });

  it('is refused while a shop has it open', async () => {
    const bus = await openBus({ dataDir });
    await bus.createTopics(TOPICS);
    const file = files.write('other.csv', 'id,title\nc,C\n');
    await expect(runImportCatalog([file, '--data-dir', dataDir], anIo())).rejects.toMatchObject({
      code: 'DATA_DIRECTORY_IN_USE',
    });
    await bus.close();
  });
});
