import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { A_MOMENT } from '@shopkeeper/contracts/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { runImportCatalog } from '../commands/import-catalog.js';
import { runImportEvents } from '../commands/import-events.js';
import { importCatalog, type CatalogImport } from './import-catalog.js';
import { importEvents, type EventImport } from './import-events.js';
import { ImportReport } from './import-report.js';
import { anIo, jsonLines, RecordingDestination, someFiles } from './testing/fakes.js';
import { Zone } from './time.js';

const files = someFiles();
afterAll(files.remove);
const CATALOG: CatalogImport = { reading: { minorUnits: false, decimalComma: false, attributes: 'all' } };
const EVENTS: EventImport = {
  products: 'from-lines',
  zone: new Zone('UTC'),
  keepCharges: false,
  reading: { minorUnits: false, decimalComma: false },
};

async function run(
  work: (destination: RecordingDestination, report: ImportReport, io: ReturnType<typeof anIo>) => Promise<void>,
  refuse?: (value: unknown) => string | undefined,
) {
  const io = anIo();
  const destination = new RecordingDestination(refuse);
  const report = new ImportReport(io);
  await work(destination, report, io);
  return { code: await report.finish(destination.name), ...destination, ...io.texts };
}
const catalog = (
  paths: readonly string[],
  options: Partial<CatalogImport> = {},
  refuse?: (value: unknown) => string | undefined,
) =>
  run((destination, report, io) => importCatalog(paths, { ...CATALOG, ...options }, destination, report, io), refuse);
const events = (paths: readonly string[], options: Partial<EventImport> = {}) =>
  run((destination, report, io) => importEvents(paths, { ...EVENTS, ...options }, destination, report, io));

describe('import catalog', () => {
  it('takes what is good, names what is not, and observes as of the time of the file: twice is the same as once', async () => {
    const file = files.write(
      'feed.csv',
      'sku,name,price\na,Trowel,5\nb,,5\na,Trowel again,6\nc,Fork,x\nd,Rake,7,8\ne,Hoe,9\n',
    );
    utimesSync(file, 1_700_000_000, 1_700_000_000);
    const once = await catalog([file]);
    expect(once.sent.catalog).toEqual([
      { productId: 'a', title: 'Trowel', categories: [], price: 5, observedAt: '2023-11-14T22:13:20.000Z' },
      { productId: 'e', title: 'Hoe', categories: [], price: 9, observedAt: '2023-11-14T22:13:20.000Z' },
    ]);
    expect(once.code).toBe(0);
    expect(once.out).toContain(`${file}: --map sku=sku,title=name,price=price\n`);
    expect(once.out).toContain('2 products to the test');
    for (const where of [
      ':3: title',
      ':4: a product that was there before',
      ':5: price: "x"',
      ':6: the line cannot be read',
    ]) {
      expect(once.err).toContain(file + where);
    }
    expect((await catalog([file])).sent).toEqual(once.sent);
  });

  it('takes lines in its own words as they are, variants and all', async () => {
    const item = {
      productId: 'p-1',
      title: 'Shirt',
      categories: ['fashion'],
      variants: [{ sku: 's', price: 5, stock: 1 }],
      observedAt: A_MOMENT,
    };
    const { sent, out } = await catalog([files.write('own.jsonl.gz', jsonLines([{ ...item, colour: 'red' }]))]);
    expect(sent.catalog).toEqual([item]);
    expect(out).toContain('left out: colour');
  });

  it('makes one product of the rows of a group, wherever they stand', async () => {
    const file = files.write(
      'groups.tsv',
      'id\titem_group_id\ttitle\tsize\tprice\nx-s\tx\tLinen shirt S\tS\t5\ny\t\tMug\t\t3\nx-m\tx\tLinen shirt M\tM\t5\n',
    );
    const { sent } = await catalog([file]);
    expect(sent.catalog).toMatchObject([
      { productId: 'y', title: 'Mug' },
      { productId: 'x', title: 'Linen shirt', variants: [{ sku: 'x-s', options: { size: 'S' } }, { sku: 'x-m' }] },
    ]);
  });

  it('names what the other side refuses by its line', async () => {
    const file = files.write('refused.csv', 'id,title\na,A\nb,B\n');
    const { err, code, sent } = await catalog([file], {}, (value) =>
      (value as { productId: string }).productId === 'b' ? 'not this one' : undefined,
    );
    expect(err).toContain(`${file}:3: CHANGE_INVALID: not this one`);
    expect(sent.catalog).toHaveLength(1);
    expect(code).toBe(0);
  });

  it('sends in batches of less than half a megabyte', async () => {
    const rows = Array.from({ length: 400 }, (_, n) => ({
      productId: `p-${n}`,
      title: 'x',
      description: 'y'.repeat(5_000),
    }));
    const { batches, sent } = await catalog([files.write('large.jsonl', jsonLines(rows))]);
    expect(sent.catalog).toHaveLength(400);
    expect(batches.length).toBeGreaterThan(4);
  });

  it('answers 2 when nothing was imported, and fails at once for a file that is not there', async () => {
    expect((await catalog([files.write('none.csv', 'id,title\n,\n')])).code).toBe(2);
    await expect(catalog([files.write('good.csv', 'id,title\na,A\n'), join(files.path, 'absent.csv')])).rejects.toThrow(
      /absent.csv: cannot be read/,
    );
  });

  it('writes every rejected line into the report file', async () => {
    const bad = Array.from({ length: 30 }, (_, n) => `p${n},\n`).join('');
    const [report, io] = [join(files.path, 'report.txt'), anIo()];
    const code = await runImportCatalog(
      [files.write('bad.csv', `id,title\n${bad}x,X\n`), '--dry-run', '--report', report],
      io,
    );
    expect(code).toBe(0);
    expect(readFileSync(report, 'utf8').trim().split('\n')).toHaveLength(30);
    expect(io.texts.err.trim().split('\n')).toHaveLength(11);
    expect(io.texts.out).toMatch(/30 rejected:\n +30 {2}title/);
  });

  it('says what is wrong with an option', async () => {
    const file = files.write('options.csv', 'id,title\na,A\n');
    await expect(runImportCatalog([file, '--dry-run', '--currency', 'Euro'], anIo())).rejects.toThrow(/--currency/);
    await expect(runImportCatalog([file, '--dry-run', '--observed-at', 'then'], anIo())).rejects.toThrow(
      /--observed-at/,
    );
    await expect(runImportCatalog([file, '--dry-run', '--map', 'nmae=title'], anIo())).rejects.toThrow(/--map/);
    await expect(runImportCatalog([], anIo())).rejects.toThrow(/name a file/);
  });
});

describe('import events', () => {
  const LINES =
    'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n1,a,LAMP,2,2010-12-01 08:26,5,17.0\n1,b,SHADE,1,2010-12-01 08:26,3,17.0\n2,a,LAMP,-1,2010-12-02 08:26,5,\n3,,?,1,2010-12-02 08:26,0,\n';

  it('takes order lines: products first, then orders in the order of time; twice is the same as once', async () => {
    const once = await events([files.write('orders.csv', LINES)]);
    expect(once.sent.catalog).toMatchObject([
      { productId: 'a', title: 'LAMP', price: 5, stock: null },
      { productId: 'b' },
    ]);
    expect(once.sent.events).toMatchObject([
      { event: 'Order Completed', userId: '17', timestamp: '2010-12-01T08:26:00.000Z' },
      { event: 'Order Refunded', anonymousId: 'order-2' },
    ]);
    expect(once.err).toContain(':5: no product number');
    expect((await events([files.write('again.csv.gz', LINES)])).sent).toEqual(once.sent);
    expect((await events([files.write('orders.csv', LINES)], { products: 'none' })).sent.catalog).toEqual([]);
  });

  it('takes times as local where told so', async () => {
    const { sent } = await events([files.write('zone.csv', LINES)], { zone: new Zone('America/New_York') });
    expect(sent.events[0]).toMatchObject({ timestamp: '2010-12-01T13:26:00.000Z' });
  });

  it('takes events as JSON lines and names the others', async () => {
    const good = { event: 'Product Viewed', anonymousId: 'a', timestamp: A_MOMENT, properties: { product_id: 'p' } };
    const file = files.write('events.jsonl.gz', `${jsonLines([good, { ...good, timestamp: undefined }])}{oops\n`);
    const { sent, err, code } = await events([file]);
    expect(sent.events).toEqual([{ type: 'track', messageId: expect.stringMatching(/^line-/), ...good }]);
    expect(err).toContain(':2: not an event: no timestamp');
    expect(err).toContain(':3: not an event: not JSON');
    expect(code).toBe(0);
  });

  it('asks for the columns that it cannot find, and for the order of dates that nothing tells', async () => {
    await expect(events([files.write('odd.csv', 'x,y\n1,2\n')])).rejects.toThrow(
      /order, time, quantity, price, sku.*--map order=COLUMN/,
    );
    const dates = files.write('dates.csv', LINES.replaceAll(/2010-12-0(\d)/g, '3/$1/2010'));
    await expect(events([dates])).rejects.toThrow(/--date-order/);
    expect((await events([dates], { dateOrder: 'dmy' })).sent.events[0]).toMatchObject({
      timestamp: '2010-01-03T08:26:00.000Z',
    });
  });

  it('says what is wrong with an option', async () => {
    const file = files.write('o.csv', LINES);
    await expect(runImportEvents([file, '--dry-run', '--time-zone', 'Moon'], anIo())).rejects.toThrow(/--time-zone/);
    await expect(runImportEvents([file, '--dry-run', '--products', 'some'], anIo())).rejects.toThrow(/--products/);
    await expect(runImportEvents([file, '--dry-run', '--encoding', 'x'], anIo())).rejects.toThrow(/--encoding/);
  });
});
