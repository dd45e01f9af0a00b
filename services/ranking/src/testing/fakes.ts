import { ShopkeeperError } from '@shopkeeper/contracts';
import type { Evidence } from '@shopkeeper/recommender';
import { ShopperMemory, VectorIndex, type MemoryRecord, type ShopperLink, type VectorHit } from '@shopkeeper/stores';

const down = () => new ShopkeeperError('STORE_UNAVAILABLE', 'down', { retriable: true });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** How a store behaves: how long it takes, whether it fails, and how often it was asked. */
export class Behaviour {
  delayMs = 0;
  failing = false;
  asked = 0;

  async answer<T>(value: () => T): Promise<T> {
    this.asked++;
    if (this.delayMs > 0) await pause(this.delayMs);
    if (this.failing) throw down();
    return value();
  }
}

const unused = (): never => {
  throw new Error('ranking has no business with this');
};

/** The two questions that ranking asks of the memory. */
export class FakeMemory extends ShopperMemory {
  readonly linking = new Behaviour();
  readonly reading = new Behaviour();
  private readonly shopperIds = new Map<string, string>();
  private readonly memories = new Map<string, Evidence[]>();

  link(key: string, shopperId: string): void {
    this.shopperIds.set(key, shopperId);
  }

  keep(shopperId: string, ...evidence: Evidence[]): void {
    this.memories.set(shopperId, evidence);
  }

  override links(keys: readonly string[]): Promise<ReadonlyMap<string, ShopperLink>> {
    return this.linking.answer(() => {
      const known = keys.filter((key) => this.shopperIds.has(key));
      return new Map(known.map((key) => [key, { key, shopperId: this.shopperIds.get(key)!, session: null }]));
    });
  }

  override read(shopperIds: readonly string[]): Promise<ReadonlyMap<string, MemoryRecord>> {
    return this.reading.answer(() => {
      const known = shopperIds.filter((shopperId) => this.memories.has(shopperId));
      return new Map(known.map((shopperId) => [shopperId, { shopperId, evidence: this.memories.get(shopperId)! }]));
    });
  }

  override claims = unused;
  override putLinks = unused;
  override linksOf = unused;
  override remember = unused;
  override join = unused;
  override erase = unused;
  override erased = unused;
  override refresh = unused;
}

/** The one question that ranking asks of the vectors. */
export class FakeVectors extends VectorIndex {
  readonly searching = new Behaviour();
  readonly near = new Map<string, readonly VectorHit[]>();

  override neighbours(productId: string): Promise<readonly VectorHit[]> {
    return this.searching.answer(() => this.near.get(productId) ?? []);
  }

  override prepare = unused;
  override put = unused;
  override setSellable = unused;
  override entries = unused;
  override activate = unused;
  override live = unused;
  override models = unused;
  override drop = unused;
  override nearest = unused;
  override refresh = unused;
  override count = unused;
}
