import type { Client } from '@elastic/elasticsearch';
import type { ProductState } from '@shopkeeper/recommender';
import { CatalogState, type ProductWrite, type StateVersion, type StoredProduct } from '../catalog-state.js';
import { claimOf, resolvableSkus } from '../skus.js';
import type { BulkWrite } from './bulk.js';
import { Documents, onlyAfter, untilSettled } from './documents.js';
import { ensureAlias, type IndexShape } from './indices.js';

interface StateDocument {
  readonly productId: string;
  readonly revision: number;
  readonly skus: readonly string[];
  readonly claim: number;
  /** As text: skus are keys in it, and Elasticsearch reads dots in keys as paths. */
  readonly state: string;
}

/** Which products may have a sku. More than really do: what counts is what the product's own document says. */
interface SkuDocument {
  readonly sku: string;
  readonly productIds: readonly string[];
}

// Read by id only; what searches them (scans) refreshes first.
const settings = { refresh_interval: '30s' } as const;

const STATE: IndexShape = {
  settings,
  properties: {
    productId: { type: 'keyword' },
    revision: { type: 'long' },
    skus: { type: 'keyword' },
    claim: { type: 'byte' },
    state: { type: 'keyword', index: false, doc_values: false },
  },
};
const SKU: IndexShape = { settings, properties: { sku: { type: 'keyword' }, productIds: { type: 'keyword' } } };

/**
 * A sku must be resolved as soon as its product is written, and a search sees a write only after a refresh. So each sku has a document of its
 * own, read by id, which is always up to date: it names the products that ever claimed it (written before the product, and only when a
 * new one claims it), and the claim is then checked against the products themselves, by id again. Nothing is ever wrong
 * between the two writes, and the usual change of price or stock writes one document.
 */
export class ElasticsearchCatalogState extends CatalogState {
  readonly #states: Documents<StateDocument>;
  readonly #skus: Documents<SkuDocument>;

  private constructor(client: Client, prefix: string) {
    super();
    this.#states = new Documents(client, `${prefix}catalog-state`);
    this.#skus = new Documents(client, `${prefix}catalog-skus`);
  }

  static async open(client: Client, prefix: string): Promise<ElasticsearchCatalogState> {
    const catalog = new ElasticsearchCatalogState(client, prefix);
    await ensureAlias(client, catalog.#states.name, STATE);
    await ensureAlias(client, catalog.#skus.name, SKU);
    return catalog;
  }

  override async read(productIds: readonly string[]): Promise<ReadonlyMap<string, StoredProduct>> {
    const found = new Map<string, StoredProduct>();
    for (const [id, { source, seqNo, primaryTerm }] of await this.#states.read(productIds, ['state']))
      found.set(id, { state: JSON.parse(source.state) as ProductState, version: `${seqNo}:${primaryTerm}` });
    return found;
  }

  override async write(writes: readonly ProductWrite[]): Promise<readonly ('written' | 'conflict')[]> {
    await this.#claimSkus(writes.map(({ state }) => state));
    const outcomes = await this.#states.write(
      writes.map(({ state, expected }) => ({
        ...condition(expected),
        id: state.productId,
        document: toDocument(state),
      })),
    );
    return outcomes.map((outcome) => (outcome === 'done' ? 'written' : 'conflict'));
  }

  override async resolveSkus(skus: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const claimed = await this.#skus.read(skus);
    const candidates = new Set([...claimed.values()].flatMap(({ source }) => source.productIds));
    const products = await this.#states.read([...candidates], ['productId', 'skus', 'claim']);
    const found = new Map<string, string>();
    for (const [sku, { source }] of claimed) {
      const [best] = source.productIds
        .flatMap((id) => products.get(id)?.source ?? [])
        .filter((product) => product.skus.includes(sku))
        .sort((a, b) => b.claim - a.claim || (a.productId < b.productId ? -1 : 1));
      if (best) found.set(sku, best.productId);
    }
    return found;
  }

  override async *scan(pageSize = 500): AsyncIterable<readonly ProductState[]> {
    await this.#states.refresh();
    for await (const page of this.#states.pages('productId', { match_all: {} }, pageSize))
      yield page.map(({ state }) => JSON.parse(state) as ProductState);
  }

  override count(): Promise<number> {
    return this.#states.count();
  }

  override async purge(productIds: readonly string[]): Promise<void> {
    const products = await this.#states.read(productIds, ['productId', 'skus']);
    await this.#states.remove(productIds);
    const gone = new Map([...products.values()].map(({ source }) => [source.productId, source.skus]));
    await this.#changeSkus([...new Set([...gone.values()].flat())], (sku, ids) =>
      ids.filter((id) => !gone.get(id)?.includes(sku)),
    );
  }

  async #claimSkus(states: readonly ProductState[]): Promise<void> {
    const claims = new Map<string, Set<string>>();
    for (const state of states)
      for (const sku of resolvableSkus(state)) {
        const ids = claims.get(sku) ?? new Set();
        claims.set(sku, ids.add(state.productId));
      }
    await this.#changeSkus([...claims.keys()], (sku, ids) => [...new Set([...ids, ...claims.get(sku)!])].sort());
  }

  async #changeSkus(
    skus: readonly string[],
    change: (sku: string, productIds: readonly string[]) => readonly string[],
  ): Promise<void> {
    let open = skus;
    await untilSettled('A sku', async () => {
      const there = await this.#skus.read(open);
      const writes = open.flatMap((sku): BulkWrite[] => {
        const stored = there.get(sku);
        const before = stored?.source.productIds ?? [];
        const productIds = change(sku, before);
        if (productIds.length === before.length) return [];
        if (productIds.length === 0) return [{ ...onlyAfter(stored), action: 'delete', id: sku }];
        return [{ ...onlyAfter(stored), id: sku, document: { sku, productIds } satisfies SkuDocument }];
      });
      const outcomes = await this.#skus.write(writes);
      open = writes.flatMap(({ id }, i) => (outcomes[i] === 'conflict' ? [id] : []));
      return open.length === 0;
    });
  }
}

const toDocument = (state: ProductState): StateDocument => ({
  productId: state.productId,
  revision: state.revision,
  skus: resolvableSkus(state),
  claim: claimOf(state),
  state: JSON.stringify(state),
});

function condition(expected: StateVersion): Pick<BulkWrite, 'action' | 'after'> {
  if (expected === null) return { action: 'create' };
  const [seqNo, primaryTerm] = expected.split(':').map(Number);
  return { action: 'index', after: { seqNo: seqNo!, primaryTerm: primaryTerm! } };
}
