import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { openStores } from '../open-stores.js';
import { anEvidence, aProductDocument, aProductState, aVectorAt, aVectorDocument } from '../testing/index.js';
import { connect } from './connect.js';
import { Documents } from './documents.js';
import { ElasticsearchVectorIndex } from './elasticsearch-vector-index.js';
import { createIndex } from './indices.js';

const url = inject('elasticsearchUrl');

/** Answers every request with one status and body, as a server in trouble or another product would. */
const answering = async (status: number, body: object, headers: Record<string, string>): Promise<Server> => {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};
const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

describe('a store url where no Elasticsearch serves', () => {
  const open = (at: string) => openStores({ url: at, dataDir: '/nowhere' });

  it('is an outage when nothing answers', async () => {
    await expect(open('http://127.0.0.1:1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retriable: true });
  });

  it.each([
    [429, { error: { type: 'es_rejected_execution_exception' } }],
    [503, { error: { type: 'cluster_block_exception' } }],
    [401, { error: { type: 'security_exception' } }],
  ])('is an outage when it answers %i', async (status, body) => {
    const server = await answering(status, body, { 'x-elastic-product': 'Elasticsearch' });
    await expect(open(urlOf(server))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retriable: true });
    server.close();
  });

  it('is a wrong setting when another product answers, or the url is none', async () => {
    const server = await answering(200, {}, {});
    await expect(open(urlOf(server))).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    server.close();
    await expect(open('redis://localhost')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    const secret = open('http://user:secret@:bad:').catch((error: unknown) => String(error));
    await expect(secret).resolves.not.toContain('secret');
  });
});

describe.skipIf(!url)('Elasticsearch in trouble', () => {
  const client = connect(url ?? 'http://127.0.0.1:1');
  let prefix: string;
  beforeEach(() => {
    prefix = `test-${randomBytes(6).toString('hex')}-`;
  });
  afterEach(async () => {
    const indices = Object.keys(await client.indices.get({ index: `${prefix}*` }));
    if (indices.length > 0) await client.indices.delete({ index: indices });
  });
  const open = () => openStores({ url: url!, dataDir: '/nowhere', prefix });

  it('is opened by several processes at once, on the same indices', async () => {
    const all = await Promise.all([open(), open(), open(), open()]);
    await all[0]!.catalog.write([{ state: aProductState(), expected: null }]);
    for (const stores of all) {
      await stores.ping();
      expect((await stores.catalog.read(['p-1'])).size).toBe(1);
      await stores.close();
    }
    const aliases = Object.keys(await client.indices.get({ index: `${prefix}*` }));
    expect(aliases).toHaveLength(7);
  });

  it('misses a deleted index instead of making it anew by a guess', async () => {
    const stores = await open();
    await client.indices.delete({ index: Object.keys(await client.indices.get({ index: `${prefix}*` })) });
    const outage = { code: 'STORE_UNAVAILABLE', retriable: true };
    await expect(stores.products.index([aProductDocument()])).rejects.toMatchObject(outage);
    await expect(stores.products.search({ text: 'trowel', limit: 5 })).rejects.toMatchObject(outage);
    await expect(stores.catalog.read(['p-1'])).rejects.toMatchObject(outage);
    await expect(stores.shoppers.remember(new Map([['s-1', [anEvidence()]]]))).rejects.toMatchObject(outage);
    expect(await client.indices.get({ index: `${prefix}*` })).toEqual({});
    await stores.close();
  });

  it('waits while the disk is full, and goes on afterwards', async () => {
    const stores = await open();
    const block = (blocked: boolean | null) =>
      client.indices.putSettings({
        index: `${prefix}products`,
        settings: { 'index.blocks.read_only_allow_delete': blocked },
      });
    await block(true);
    await expect(stores.products.index([aProductDocument()])).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retriable: true,
    });
    await block(null);
    expect(await stores.products.index([aProductDocument()])).toEqual(['indexed']);
    await stores.close();
  });

  it('names a document that it will never take', async () => {
    const name = `${prefix}strict`;
    await createIndex(client, name, { properties: { known: { type: 'long' } } });
    const write = (document: object) =>
      new Documents(client, name, 'index').write([{ action: 'index', id: 'one', document }]);
    for (const document of [{ unknown: 1 }, { known: 'not a number' }])
      await expect(write(document)).rejects.toMatchObject({
        code: 'STORE_DOCUMENT_INVALID',
        retriable: false,
        message: expect.stringContaining('one') as string,
      });
  });

  it('writes large batches in bounded requests, and long ids', async () => {
    const stores = await open();
    const documents = Array.from({ length: 1200 }, (_, n) =>
      aProductDocument({ productId: `ä${'ö'.repeat(190)}-${n}`, description: 'word '.repeat(1500) }),
    );
    const outcomes = await stores.products.index(documents);
    expect(outcomes).toHaveLength(1200);
    expect(new Set(outcomes)).toEqual(new Set(['indexed']));
    await stores.products.refresh();
    expect(await stores.products.count()).toBe(1200);
    expect((await stores.products.revisions(documents.map(({ productId }) => productId))).size).toBe(1200);
    const states = Array.from({ length: 3 }, (_, n) => aProductState({ productId: `${'漢'.repeat(199)}${n}` }));
    await stores.catalog.write(states.map((state) => ({ state, expected: null })));
    expect([...(await stores.catalog.read(states.map(({ productId }) => productId))).keys()]).toHaveLength(3);
    expect((await stores.catalog.resolveSkus([states[0]!.productId])).size).toBe(1);
    await stores.close();
  });

  it('goes over to a graph when the catalogue has become large, and answers as before', async () => {
    const vectors = new ElasticsearchVectorIndex(client, prefix, 20);
    await vectors.prepare({ modelId: 'm', dimensions: 4 });
    const documents = Array.from({ length: 60 }, (_, n) =>
      aVectorDocument({ productId: `p-${n}`, vector: aVectorAt(n * 3) }),
    );
    await vectors.put('m', documents.slice(0, 30));
    await vectors.activate('m');
    await vectors.put('m', documents.slice(30));
    await vectors.refresh();
    const mapping = Object.values(await client.indices.getMapping({ index: `${prefix}product-vectors` }))[0];
    expect(mapping?.mappings.properties?.['vector']).toMatchObject({ index_options: { type: 'int8_hnsw' } });
    const hits = await vectors.nearest('m', aVectorAt(90), 3);
    expect(hits.map(({ productId }) => productId)).toEqual(['p-30', 'p-29', 'p-31']);
    expect(hits[1]?.score).toBeCloseTo(Math.cos((3 * Math.PI) / 180), 5);
  });

  it('tells a model that another process dropped from an outage', async () => {
    const [ours, theirs] = [new ElasticsearchVectorIndex(client, prefix), new ElasticsearchVectorIndex(client, prefix)];
    await ours.prepare({ modelId: 'm', dimensions: 4 });
    await ours.put('m', [aVectorDocument()]);
    await theirs.drop('m');
    await expect(ours.put('m', [aVectorDocument()])).rejects.toMatchObject({ code: 'STORE_MODEL_UNKNOWN' });
    expect(await ours.models()).toEqual([]);
  });
});
