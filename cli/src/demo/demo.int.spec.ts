import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runDemo } from '../commands/demo.js';
import { anIo } from '../import/testing/fakes.js';
import type { Story } from './story.js';

interface Shelf {
  readonly productId: string;
  readonly skus: readonly string[];
}
/** What the demo sends, any of it. */
type Body = { placement: string; products?: string[]; limit: number } & { sku: string; offer: { stock: number } } & {
    properties: { product_id: string };
  }[];
const SHELVES: readonly Shelf[] = ['a', 'b', 'c', 'd', 'e'].map((id) => ({
  productId: id,
  skus: [`${id}-1`, `${id}-2`],
}));

/** A shop of five products: what was viewed comes first, what is sold out is not shown. Each change shows a few requests later. */
class FakeShop {
  readonly stock = new Map<string, number>(SHELVES.flatMap(({ skus }) => skus.map((sku) => [sku, 5] as const)));
  readonly viewed: string[] = [];
  readonly requests: string[] = [];
  private readonly pending: { after: number; apply: () => void }[] = [];
  private server: Server | undefined;

  constructor(
    private readonly faults: { readonly deaf?: boolean; readonly sticky?: boolean; readonly empty?: boolean } = {},
  ) {}

  async open(): Promise<string> {
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        this.requests.push(`${request.url} ${request.headers.authorization ?? ''}`);
        const answer = this.answer(request.url ?? '', JSON.parse(body) as Body);
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }

  private answer(path: string, body: Body): unknown {
    if (path === '/v1/recommendations') return this.recommend(body);
    if (path === '/v1/events') {
      if (!this.faults.deaf)
        this.later(() => this.viewed.unshift(...body.map(({ properties }) => properties.product_id)));
    } else {
      const { sku, offer } = body;
      if (!this.faults.sticky) this.later(() => this.stock.set(sku, offer.stock));
    }
    return { accepted: 1, rejected: 0, errors: [] };
  }

  private later(apply: () => void): void {
    this.pending.push({ after: 3, apply });
  }

  private recommend({
    placement,
    products,
    limit,
  }: {
    placement: string;
    products?: string[];
    limit: number;
  }): unknown {
    for (const change of this.pending) if (--change.after === 0) change.apply();
    const rank = ({ productId }: Shelf) => (this.viewed.includes(productId) ? this.viewed.indexOf(productId) : 100);
    const items = [...(this.faults.empty ? [] : SHELVES)]
      .sort((one, other) => rank(one) - rank(other))
      .filter(({ productId }) => !products?.includes(productId))
      .flatMap(({ productId, skus }) => {
        const sku = skus.find((each) => this.stock.get(each)! > 0);
        const product = { title: `Product ${productId}`, price: 5, currency: 'EUR' };
        return sku ? [{ productId, sku, score: 1, reason: { code: 'trending', text: 'Popular now' }, product }] : [];
      });
    return { recommendationId: 'r', placement, epoch: 'e', items: items.slice(0, limit), degraded: [] };
  }
}

let shop: FakeShop;
afterEach(() => shop.close());
async function demo(faults: ConstructorParameters<typeof FakeShop>[0] = {}, ...argv: string[]) {
  shop = new FakeShop(faults);
  const io = anIo();
  const code = await runDemo(['--url', await shop.open(), ...argv], io);
  return { code, ...io.texts };
}

describe('demo', () => {
  it('sees the list change, a product go with all its variants, and puts it back', async () => {
    const { code, out } = await demo({}, '--json');
    const story = JSON.parse(out) as Story;
    expect(code).toBe(0);
    expect(story.before.map(({ productId }) => productId)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(story.viewed.map(({ productId }) => productId)).toEqual(['e', 'a']);
    expect(story.after?.map(({ productId }) => productId)).toEqual(['e', 'a', 'b', 'c', 'd']);
    expect(story.soldOut?.productId).toBe('e');
    expect(story.without?.map(({ productId }) => productId)).toEqual(['a', 'b', 'c', 'd']);
    expect(story.changedAfterMs).toBeGreaterThan(0);
    expect(story.goneAfterMs).toBeGreaterThan(0);
  });

  it('tells it in words', async () => {
    const { out } = await demo({}, '--key', 'secret');
    expect(out.replace(/\d+ ms/g, 'N ms')).toMatchInlineSnapshot(`
      "Somebody new comes in. The shop recommends:

         1. Product a     5.00 EUR  Popular now
         2. Product b     5.00 EUR  Popular now
         3. Product c     5.00 EUR  Popular now
         4. Product d     5.00 EUR  Popular now
         5. Product e     5.00 EUR  Popular now

      The shopper looks at two things:

           Product e
           Product a

      N ms later the shop recommends:

         1. Product e     5.00 EUR  Popular now
         2. Product a     5.00 EUR  Popular now
         3. Product b     5.00 EUR  Popular now
         4. Product c     5.00 EUR  Popular now
         5. Product d     5.00 EUR  Popular now

      "Product e" sells out. N ms later it is no longer shown:

         1. Product a     5.00 EUR  Popular now
         2. Product b     5.00 EUR  Popular now
         3. Product c     5.00 EUR  Popular now
         4. Product d     5.00 EUR  Popular now

      25 of it are put back on the shelf.
      "
    `);
    expect(new Set(shop.requests)).toContain('/v1/catalog/changes Bearer secret');
  });

  it('answers 1 when the list does not change', async () => {
    const { code, err } = await demo({ deaf: true });
    expect(code).toBe(1);
    expect(err).toContain('did not change within 5 seconds');
  });

  it('answers 1 when the product stays, and still puts its stock back', async () => {
    const { code, err } = await demo({ sticky: true });
    expect(code).toBe(1);
    expect(err).toContain('"Product e" was still shown');
    expect(shop.requests.filter((request) => request.startsWith('/v1/catalog/changes'))).toHaveLength(2);
  });

  it('says so when there is no shop, or nothing in it', async () => {
    await expect(demo({ empty: true })).rejects.toThrow(/recommends nothing yet/);
    await expect(runDemo(['--url', 'http://127.0.0.1:9'], anIo())).rejects.toThrow(/No shop answers.*shopkeeper start/);
  });
});
