import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { openStores } from '../open-stores.js';
import type { Stores } from '../stores.js';
import {
  artifactStoreConformance,
  catalogStateConformance,
  productIndexConformance,
  shopperMemoryConformance,
  vectorIndexConformance,
  type Opened,
} from '../testing/index.js';

const opening =
  <S>(pick: (stores: Stores) => S) =>
  async (): Promise<Opened<S>> => {
    const dataDir = await mkdtemp(join(tmpdir(), 'shopkeeper-stores-'));
    const stores = await openStores({ dataDir });
    const close = async () => {
      await stores.close();
      await rm(dataDir, { recursive: true });
    };
    return { store: pick(stores), close };
  };

describe('SqliteCatalogState', () => catalogStateConformance(opening(({ catalog }) => catalog)));
describe('SqliteProductIndex', () => productIndexConformance(opening(({ products }) => products)));
describe('SqliteVectorIndex', () => vectorIndexConformance(opening(({ vectors }) => vectors)));
describe('SqliteShopperMemory', () => shopperMemoryConformance(opening(({ shoppers }) => shoppers)));
describe('SqliteArtifactStore', () => artifactStoreConformance(opening(({ artifacts }) => artifacts)));
