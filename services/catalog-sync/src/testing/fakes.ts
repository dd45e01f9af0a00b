import { EventBus, type RunningSubscription } from '@shopkeeper/bus';
import type { OutgoingRecord } from '@shopkeeper/contracts';
import type { ProductState } from '@shopkeeper/recommender';
import { CatalogState, type ProductWrite, type StoredProduct } from '@shopkeeper/stores';

/** Product state in memory; `beforeWrite` lets a test slip in between a read and a write. */
export class FakeCatalogState extends CatalogState {
  readonly stored = new Map<string, StoredProduct>();
  beforeWrite: () => Promise<void> | void = () => undefined;
  writes = 0;
  private version = 0;

  async read(ids: readonly string[]): Promise<ReadonlyMap<string, StoredProduct>> {
    return new Map(ids.flatMap((id) => (this.stored.has(id) ? [[id, this.stored.get(id)!] as const] : [])));
  }

  async write(writes: readonly ProductWrite[]): Promise<readonly ('written' | 'conflict')[]> {
    await this.beforeWrite();
    return writes.map(({ state, expected }) => {
      if ((this.stored.get(state.productId)?.version ?? null) !== expected) return 'conflict';
      this.writes += 1;
      this.stored.set(state.productId, { state, version: String(++this.version) });
      return 'written';
    });
  }

  async resolveSkus(skus: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const states = [...this.stored.values()].map(({ state }) => state);
    const owner = (sku: string) =>
      (
        states.find(({ content }) => content?.value.variants?.some((variant) => variant.sku === sku)) ??
        states.find(({ variants }) => Object.hasOwn(variants, sku))
      )?.productId;
    return new Map(skus.flatMap((sku) => (owner(sku) === undefined ? [] : [[sku, owner(sku)!] as const])));
  }

  async *scan(): AsyncIterable<readonly ProductState[]> {
    yield [...this.stored.values()].map(({ state }) => state);
  }

  async count(): Promise<number> {
    return this.stored.size;
  }

  async purge(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.stored.delete(id);
  }
}

/** Keeps what was published, as it would travel. */
export class FakeBus extends EventBus {
  readonly records: OutgoingRecord[] = [];
  beforePublish: (records: readonly OutgoingRecord[]) => Promise<void> | void = () => undefined;

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    await this.beforePublish(records);
    this.records.push(...records);
  }

  /** The last payload per key of a topic, which is all that compaction keeps. */
  kept(topic: string): Map<string, Record<string, unknown>> {
    const of = this.records.filter((record) => record.topic === topic);
    return new Map(of.map(({ key, value }) => [key, JSON.parse(value ?? 'null') as Record<string, unknown>]));
  }

  async createTopics(): Promise<readonly string[]> {
    return [];
  }

  async ping(): Promise<void> {
    // Always there.
  }

  subscribe(): Promise<RunningSubscription> {
    throw new Error('nobody subscribes here');
  }

  async close(): Promise<void> {
    // Nothing is held.
  }
}
