import { randomBytes } from 'node:crypto';
import type { Client, estypes } from '@elastic/elasticsearch';
import {
  ProductIndex,
  type IndexRebuild,
  type ProductDocument,
  type ProductHits,
  type ProductQuery,
} from '../product-index.js';
import { Documents } from './documents.js';
import { createIndex, deleteIndex, ensureAlias } from './indices.js';
import { PRODUCT_SHAPE, toIndexedProduct, type IndexedProduct } from './product-shape.js';
import { toProductHits, toSearchRequest } from './product-search.js';
import { progressOf, swapAlias } from './swap-alias.js';

type Outcome = 'indexed' | 'stale';

/** The search projection behind the alias `products`; the version of a document is the revision of its product. */
export class ElasticsearchProductIndex extends ProductIndex {
  readonly #client: Client;
  readonly #products: Documents<IndexedProduct>;
  /** Rebuilds of this process: what is purged meanwhile is purged there too. */
  readonly #building = new Set<Documents<IndexedProduct>>();

  private constructor(client: Client, prefix: string) {
    super();
    this.#client = client;
    this.#products = new Documents(client, `${prefix}products`);
  }

  static async open(client: Client, prefix: string): Promise<ElasticsearchProductIndex> {
    const index = new ElasticsearchProductIndex(client, prefix);
    await ensureAlias(client, index.#products.name, PRODUCT_SHAPE);
    return index;
  }

  override index(documents: readonly ProductDocument[]): Promise<readonly Outcome[]> {
    return indexInto(this.#products, documents);
  }

  override async search(query: ProductQuery): Promise<ProductHits> {
    const request = toSearchRequest(query);
    if (request === null)
      return { total: 0, hits: [], facets: Object.fromEntries((query.facets ?? []).map((name) => [name, []])) };
    const response = await this.#products.search(request);
    return toProductHits(
      response as estypes.SearchResponse<IndexedProduct, Record<string, estypes.AggregationsStringTermsAggregate>>,
    );
  }

  override async revisions(
    productIds: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly revision: number; readonly contentHash: string }>> {
    const found = await this.#products.read(productIds, ['revision', 'contentHash']);
    return new Map(
      [...found].map(
        ([
          id,
          {
            source: { revision, contentHash },
          },
        ]) => [id, { revision, contentHash }],
      ),
    );
  }

  override async purge(productIds: readonly string[]): Promise<void> {
    for (const documents of [this.#products, ...this.#building]) await documents.remove(productIds);
  }

  override async rebuild(): Promise<IndexRebuild> {
    const name = `${this.#products.name}-${Date.now()}-${randomBytes(3).toString('hex')}`;
    const next = new Documents<IndexedProduct>(this.#client, name, 'index');
    const began = await progressOf(this.#client, this.#products.name);
    await createIndex(this.#client, name, PRODUCT_SHAPE);
    this.#building.add(next);
    return {
      index: (documents) => indexInto(next, documents),
      count: () => next.count(),
      swap: async () => {
        await swapAlias(this.#client, this.#products.name, next, began);
        this.#building.delete(next);
      },
      abandon: async () => {
        if (this.#building.delete(next)) await deleteIndex(this.#client, name);
      },
    };
  }

  override refresh(): Promise<void> {
    return this.#products.refresh();
  }

  override count(): Promise<number> {
    return this.#products.count();
  }
}

async function indexInto(target: Documents<IndexedProduct>, documents: readonly ProductDocument[]): Promise<Outcome[]> {
  const outcomes = await target.write(
    documents.map((document) => ({
      action: 'index',
      id: document.productId,
      version: document.revision,
      document: toIndexedProduct(document),
    })),
  );
  return outcomes.map((outcome) => (outcome === 'done' ? 'indexed' : 'stale'));
}
