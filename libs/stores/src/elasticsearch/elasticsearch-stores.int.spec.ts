import { randomBytes } from 'node:crypto';
import type { Client } from '@elastic/elasticsearch';
import { describe, inject } from 'vitest';
import {
  artifactStoreConformance,
  catalogStateConformance,
  productIndexConformance,
  shopperMemoryConformance,
  vectorIndexConformance,
  type Opened,
} from '../testing/index.js';
import { connect } from './connect.js';
import { ElasticsearchArtifactStore } from './elasticsearch-artifact-store.js';
import { ElasticsearchCatalogState } from './elasticsearch-catalog-state.js';
import { ElasticsearchProductIndex } from './elasticsearch-product-index.js';
import { ElasticsearchShopperMemory } from './elasticsearch-shopper-memory.js';
import { ElasticsearchVectorIndex } from './elasticsearch-vector-index.js';

const url = inject('elasticsearchUrl');

const opening =
  <S>(open: (client: Client, prefix: string) => Promise<S>) =>
  async (): Promise<Opened<S>> => {
    const client = connect(url!);
    const prefix = `test-${randomBytes(6).toString('hex')}-`;
    const close = async () => {
      const indices = Object.keys(await client.indices.get({ index: `${prefix}*` }));
      if (indices.length > 0) await client.indices.delete({ index: indices });
      await client.close();
    };
    return { store: await open(client, prefix), close };
  };

describe.skipIf(!url)('on Elasticsearch', () => {
  describe('ElasticsearchCatalogState', () =>
    catalogStateConformance(opening((client, prefix) => ElasticsearchCatalogState.open(client, prefix))));
  describe('ElasticsearchProductIndex', () =>
    productIndexConformance(opening((client, prefix) => ElasticsearchProductIndex.open(client, prefix))));
  describe('ElasticsearchVectorIndex', () =>
    vectorIndexConformance(opening(async (client, prefix) => new ElasticsearchVectorIndex(client, prefix))));
  describe('ElasticsearchShopperMemory', () =>
    shopperMemoryConformance(opening((client, prefix) => ElasticsearchShopperMemory.open(client, prefix))));
  describe('ElasticsearchArtifactStore', () =>
    artifactStoreConformance(opening((client, prefix) => ElasticsearchArtifactStore.open(client, prefix))));
});
