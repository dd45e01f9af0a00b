import { randomUUID } from 'node:crypto';
import type { EventRequest } from '@shopkeeper/contracts';
import type { Random } from '../../sample-store/random.js';
import type { Client } from './client.js';

export interface Offer {
  readonly price: number;
  readonly stock: number;
}
type Sent = Partial<EventRequest> & { readonly messageId: string; readonly anonymousId: string };

const SHOPPERS = 300;
const PRODUCTS = 48;
const EVENT_WRITERS = 4;
const CHANGE_WRITERS = 3;

/**
 * A storefront and its back office that never rest, and the ledger of what was acknowledged to them. What was not is sent again under the same
 * id by the next `work`, as a storefront would.
 */
export class Ledger {
  /** Acknowledged message ids by shopper. */
  readonly events = new Map<string, Set<string>>();
  /** The last acknowledged offer by product. */
  readonly offers = new Map<string, Offer>();
  /** Offers sent after that one and never acknowledged: they may have come through or not. */
  readonly doubtful = new Map<string, Offer[]>();
  private open: Sent[] = [];

  constructor(private readonly random: Random) {}

  get acknowledged(): number {
    return [...this.events.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Resolves when the shop no longer answers. */
  async work(client: Client): Promise<void> {
    const again = this.open.splice(0);
    const events = Array.from({ length: EVENT_WRITERS }, (_, n) =>
      this.publishEvents(client, n === 0 ? again : [], this.random.fork(`events ${n} ${randomUUID()}`)),
    );
    const changes = Array.from({ length: CHANGE_WRITERS }, (_, n) =>
      this.publishChanges(client, n, this.random.fork(`changes ${n} ${randomUUID()}`)),
    );
    await Promise.all([...events, ...changes]);
  }

  private async publishEvents(client: Client, first: readonly Sent[], random: Random): Promise<void> {
    for (let batch = [...first]; ; batch = someEvents(random)) {
      if (batch.length === 0) continue;
      if (!(await isTaken(client.send(...batch)))) {
        this.open.push(...batch);
        return;
      }
      for (const { anonymousId, messageId } of batch) {
        const known = this.events.get(anonymousId) ?? new Set();
        this.events.set(anonymousId, known.add(messageId));
      }
    }
  }

  /** Each product is one writer's, so that there is a last one. */
  private async publishChanges(client: Client, writer: number, random: Random): Promise<void> {
    for (let n = 0; ; n += 1) {
      const productId = productOf(writer + CHANGE_WRITERS * random.int(0, PRODUCTS / CHANGE_WRITERS - 1));
      const offer = { price: random.int(100, 99_999) / 100, stock: random.int(0, 20) };
      const doubtful = this.doubtful.get(productId) ?? [];
      this.doubtful.set(productId, [...doubtful, offer]);
      const content = { title: `Product ${productId}`, categories: ['garden'] };
      const known = this.offers.has(productId);
      const changes = [
        ...(known ? [] : [{ type: 'content', productId, content } as const]),
        { type: 'offer', productId, offer } as const,
      ];
      if (!(await isTaken(client.change(...changes)))) return;
      this.offers.set(productId, offer);
      this.doubtful.set(productId, []);
    }
  }
}

/** False when the shop is gone; another failure than that is a failure of the test. */
const isTaken = (request: Promise<void>): Promise<boolean> =>
  request.then(
    () => true,
    (error: unknown) => {
      if (error instanceof TypeError) return false;
      throw error;
    },
  );

const productOf = (number: number): string => `p-${number}`;

const someEvents = (random: Random): Sent[] =>
  Array.from({ length: random.int(1, 3) }, () => ({
    type: 'track' as const,
    event: random.chance(0.2) ? 'Product Added' : 'Product Viewed',
    messageId: randomUUID(),
    anonymousId: `a-${random.int(1, SHOPPERS)}`,
    properties: { product_id: productOf(random.int(0, PRODUCTS - 1)) },
  }));
