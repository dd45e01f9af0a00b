import type { Client } from '@elastic/elasticsearch';
import { ShopkeeperError } from '@shopkeeper/contracts';
import {
  VectorIndex,
  type VectorDocument,
  type VectorEntry,
  type VectorFilter,
  type VectorHit,
  type VectorModel,
} from '../vector-index.js';
import { checkVector } from '../vectors/check-vector.js';
import { Documents } from './documents.js';
import { asking } from './errors.js';
import { createIndex, deleteIndex } from './indices.js';
import { searchNearest } from './vector-search.js';
import {
  EXACT_UP_TO,
  indexSuffix,
  toIndexedVector,
  vectorField,
  vectorShape,
  type IndexedVector,
  type VectorSearch,
} from './vector-shape.js';

/** One index per model, `product-vectors-<modelId>`; the alias `product-vectors` names the live one. */
export class ElasticsearchVectorIndex extends VectorIndex {
  readonly #client: Client;
  readonly #alias: string;
  readonly #exactUpTo: number;
  /** Dimensions of the models seen, which never change. */
  readonly #dimensions = new Map<string, number>();

  constructor(client: Client, prefix: string, exactUpTo = EXACT_UP_TO) {
    super();
    this.#client = client;
    this.#exactUpTo = exactUpTo;
    this.#alias = `${prefix}product-vectors`;
  }

  override async prepare(model: VectorModel): Promise<void> {
    const search = this.#searchFor(await this.#liveSize());
    const name = this.#nameOf(model.modelId);
    await createIndex(this.#client, indexOf(name), vectorShape(model, search), name);
    const there = await this.#model(model.modelId);
    if (there.dimensions !== model.dimensions)
      throw new ShopkeeperError(
        'STORE_DIMENSION_MISMATCH',
        `Model ${model.modelId} has ${there.dimensions} dimensions, not ${model.dimensions}`,
      );
  }

  override async put(modelId: string, documents: readonly VectorDocument[]): Promise<readonly ('indexed' | 'stale')[]> {
    const model = await this.#model(modelId);
    const checked = documents.map((document) => {
      const { vector, productId } = document;
      return vector.length === 0 ? vector : checkVector(vector, model, `The vector of ${productId}`);
    });
    const writes = documents.map((document, i) => ({
      action: 'index' as const,
      id: document.productId,
      version: document.revision,
      document: toIndexedVector(document, checked[i]!),
    }));
    const outcomes = await this.#stillThere(modelId, this.#documents(modelId).write(writes));
    return outcomes.map((outcome) => (outcome === 'done' ? 'indexed' : 'stale'));
  }

  override async setSellable(
    modelId: string,
    changes: readonly { productId: string; sellable: boolean }[],
  ): Promise<void> {
    await this.#model(modelId);
    const documents = this.#documents(modelId);
    const wanted = new Map(changes.map(({ productId, sellable }) => [productId, sellable]));
    // First without the vectors: mostly nothing has changed.
    const before = await documents.read([...wanted.keys()], ['sellable']);
    const changed = [...before].filter(([id, { source }]) => source.sellable !== wanted.get(id)).map(([id]) => id);
    // Under the same revision, so that older news still cannot pass; a newer document in between wins and knows better.
    await documents.write(
      [...(await documents.read(changed))].map(([id, { source }]) => ({
        action: 'index',
        id,
        version: source.revision,
        document: { ...source, sellable: wanted.get(id)! },
      })),
    );
  }

  override async entries(modelId: string, productIds: readonly string[]): Promise<ReadonlyMap<string, VectorEntry>> {
    await this.#model(modelId);
    const fields = ['revision', 'contentHash', 'sellable', 'removed'] as const;
    const found = await this.#documents(modelId).read(productIds, fields);
    return new Map([...found].map(([id, { source }]) => [id, source]));
  }

  override async activate(modelId: string): Promise<void> {
    const model = await this.#model(modelId);
    const documents = this.#documents(modelId);
    const search = this.#searchFor(await documents.count());
    // It may have been made when the catalogue was small. The other way round it stays as it is.
    if (search !== 'flat')
      await asking(
        this.#client.indices.putMapping({ index: documents.name, properties: { vector: vectorField(model, search) } }),
      );
    const actions = [
      { remove: { index: `${this.#alias}-*`, alias: this.#alias, must_exist: false } },
      { add: { index: indexOf(documents.name), alias: this.#alias } },
    ];
    await asking(this.#client.indices.updateAliases({ actions }));
  }

  override async live(): Promise<VectorModel | null> {
    return (await this.#read(this.#alias))[0] ?? null;
  }

  override models(): Promise<readonly VectorModel[]> {
    return this.#read(`${this.#alias}-*`);
  }

  override async drop(modelId: string): Promise<void> {
    this.#dimensions.delete(modelId);
    await deleteIndex(this.#client, indexOf(this.#nameOf(modelId)));
  }

  override async nearest(
    modelId: string,
    vector: Float32Array,
    k: number,
    filter: VectorFilter = {},
  ): Promise<readonly VectorHit[]> {
    const checked = checkVector(vector, await this.#model(modelId), 'The vector asked for');
    // Through the alias, and what answers says which model it is of: asking first would cost a round trip each time.
    const search = searchNearest(new Documents(this.#client, this.#alias), checked, k, filter);
    const answer = await search.catch(async (error: unknown) => {
      await this.#mustBeLive(modelId);
      throw error;
    });
    if (answer.index !== indexOf(this.#nameOf(modelId))) await this.#mustBeLive(modelId);
    return answer.hits;
  }

  override async neighbours(productId: string, k: number, filter: VectorFilter = {}): Promise<readonly VectorHit[]> {
    const live = await this.live();
    if (!live) return [];
    const documents = this.#documents(live.modelId);
    const vector = (await documents.read([productId], ['vector'])).get(productId)?.source.vector;
    if (!vector) return [];
    const others = { ...filter, exclude: [...(filter.exclude ?? []), productId] };
    return (await searchNearest(documents, Float32Array.from(vector), k, others)).hits;
  }

  override async refresh(): Promise<void> {
    await asking(this.#client.indices.refresh({ index: `${this.#alias}-*` }));
  }

  override async count(modelId: string): Promise<number> {
    await this.#model(modelId);
    return this.#documents(modelId).count();
  }

  #nameOf(modelId: string): string {
    return `${this.#alias}-${indexSuffix(modelId)}`;
  }

  #documents(modelId: string): Documents<IndexedVector> {
    return new Documents(this.#client, this.#nameOf(modelId));
  }

  async #mustBeLive(modelId: string): Promise<void> {
    if ((await this.live())?.modelId !== modelId)
      throw new ShopkeeperError('STORE_MODEL_UNKNOWN', `Model ${modelId} is not the live one`);
  }

  /** A model that another process dropped is no longer there; that is not an outage, and waiting for it would not end. */
  async #stillThere<T>(modelId: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.#dimensions.delete(modelId);
      await this.#model(modelId);
      throw error;
    }
  }

  async #model(modelId: string): Promise<VectorModel> {
    const known = this.#dimensions.get(modelId);
    if (known !== undefined) return { modelId, dimensions: known };
    const model = (await this.#read(this.#nameOf(modelId)))[0];
    if (!model) throw new ShopkeeperError('STORE_MODEL_UNKNOWN', `There is no vector index for model ${modelId}`);
    this.#dimensions.set(modelId, model.dimensions);
    return model;
  }

  /** The models of the indices under a name, alias or pattern; what they are stands in the index itself. */
  async #read(names: string): Promise<readonly VectorModel[]> {
    const mappings = await asking(this.#client.indices.getMapping({ index: names, ignore_unavailable: true }));
    return Object.values(mappings).flatMap(({ mappings: { _meta: meta } }) =>
      meta?.['modelId'] === undefined
        ? []
        : [{ modelId: String(meta['modelId']), dimensions: Number(meta['dimensions']) }],
    );
  }

  async #liveSize(): Promise<number> {
    const live = await this.live();
    return live ? this.#documents(live.modelId).count() : 0;
  }

  #searchFor(products: number): VectorSearch {
    return products > this.#exactUpTo ? 'int8_hnsw' : 'flat';
  }
}

/** The index itself, behind the name of its model: a write to a name that is no longer there is then refused. */
const indexOf = (name: string): string => `${name}-000001`;
