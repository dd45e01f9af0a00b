import { createHash, randomUUID } from 'node:crypto';
import type { Client, estypes } from '@elastic/elasticsearch';
import { ShopkeeperError } from '@shopkeeper/contracts';
import { ArtifactStore, type Artifact } from '../artifact-store.js';
import { Documents, onlyAfter, untilSettled } from './documents.js';
import { ensureAlias, type IndexShape } from './indices.js';

interface Head {
  readonly kind: string;
  readonly id: string;
  readonly createdAt: string;
  /** JSON: its fields are the owner's. */
  readonly meta: string;
  readonly sha256: string;
  readonly chunks: number;
  /** Which chunks are its own: each `put` writes new ones beside those that are being read. */
  readonly generation: string;
}

interface Chunk {
  readonly data: string;
}

const stored = { type: 'keyword', index: false, doc_values: false } as const;
const settings = { refresh_interval: '30s' } as const;
const HEADS: IndexShape = {
  settings,
  properties: {
    kind: { type: 'keyword' },
    id: { type: 'keyword' },
    createdAt: { type: 'date' },
    meta: stored,
    sha256: stored,
    chunks: { type: 'integer', index: false },
    generation: stored,
  },
};
const CHUNKS: IndexShape = { settings, properties: { data: { type: 'binary' } } };

/** Bytes per chunk document, before base64. */
const CHUNK_BYTES = 768 * 1024;
const CHUNKS_PER_READ = 4;
const READ_TRIES = 5;
const MAX_LISTED = 1000;
const NEWEST_FIRST: estypes.Sort = [{ createdAt: 'desc' }, { id: 'desc' }];

/** Chunks first, then the head that names them: until the head is written, the artifact is the one before, or none. */
export class ElasticsearchArtifactStore extends ArtifactStore {
  readonly #heads: Documents<Head>;
  readonly #chunks: Documents<Chunk>;

  private constructor(client: Client, prefix: string) {
    super();
    this.#heads = new Documents(client, `${prefix}artifacts`);
    this.#chunks = new Documents(client, `${prefix}artifact-chunks`);
  }

  static async open(client: Client, prefix: string): Promise<ElasticsearchArtifactStore> {
    const artifacts = new ElasticsearchArtifactStore(client, prefix);
    await ensureAlias(client, artifacts.#heads.name, HEADS);
    await ensureAlias(client, artifacts.#chunks.name, CHUNKS);
    return artifacts;
  }

  override async put({ kind, id, createdAt, meta, bytes }: Artifact): Promise<void> {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const chunks = Math.ceil(buffer.length / CHUNK_BYTES);
    const generation = randomUUID();
    for (let n = 0; n < chunks; n++) {
      const data = buffer.subarray(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES).toString('base64');
      await this.#chunks.write([{ action: 'index', id: `${generation}/${n}`, document: { data } satisfies Chunk }]);
    }
    const head: Head = {
      kind,
      id,
      createdAt,
      meta: JSON.stringify(meta),
      sha256: sha256(buffer),
      chunks,
      generation,
    };
    await untilSettled('An artifact', async () => {
      const before = await this.#head(kind, id);
      const [outcome] = await this.#heads.write([{ ...onlyAfter(before), id: headId(kind, id), document: head }]);
      if (outcome === 'conflict') return false;
      if (before) await this.#removeChunks(before.source);
      return true;
    });
  }

  override async get(kind: string, id: string): Promise<Artifact | null> {
    for (let tries = 1; ; tries++) {
      const head = (await this.#head(kind, id))?.source;
      if (!head) return null;
      const bytes = await this.#bytes(head);
      if (bytes) return { ...describe(head), bytes };
      // Replaced while it was being read: its chunks are gone, and the next head names others.
      if (tries === READ_TRIES)
        throw new ShopkeeperError('STORE_DOCUMENT_INVALID', `Artifact ${kind}/${id} is incomplete or damaged`);
    }
  }

  override async latest(kind: string): Promise<Artifact | null> {
    const [newest] = await this.#newest(kind, 1);
    return newest ? this.get(kind, newest.id) : null;
  }

  override async list(kind: string): Promise<readonly Omit<Artifact, 'bytes'>[]> {
    return (await this.#newest(kind, MAX_LISTED)).map(describe);
  }

  override async remove(kind: string, id: string): Promise<void> {
    const head = await this.#head(kind, id);
    if (!head) return;
    await this.#heads.remove([headId(kind, id)]);
    await this.#removeChunks(head.source);
  }

  async #head(kind: string, id: string) {
    const name = headId(kind, id);
    return (await this.#heads.read([name])).get(name);
  }

  async #newest(kind: string, size: number): Promise<readonly Head[]> {
    await this.#heads.refresh();
    const { hits } = await this.#heads.search({ query: { term: { kind } }, sort: NEWEST_FIRST, size });
    return hits.hits.map((hit) => hit._source!);
  }

  /** `null` when a chunk is missing or the whole is not what was put. */
  async #bytes(head: Head): Promise<Uint8Array | null> {
    const names = chunkNames(head);
    const parts: Buffer[] = [];
    for (let from = 0; from < names.length; from += CHUNKS_PER_READ) {
      const some = names.slice(from, from + CHUNKS_PER_READ);
      const found = await this.#chunks.read(some);
      for (const name of some) parts.push(Buffer.from(found.get(name)?.source.data ?? '', 'base64'));
    }
    const buffer = Buffer.concat(parts);
    return sha256(buffer) === head.sha256 ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length) : null;
  }

  async #removeChunks(head: Head): Promise<void> {
    await this.#chunks.remove(chunkNames(head));
  }
}

const headId = (kind: string, id: string): string => `${kind}/${id}`;

const chunkNames = ({ generation, chunks }: Head): string[] =>
  Array.from({ length: chunks }, (_, n) => `${generation}/${n}`);

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const describe = ({ kind, id, createdAt, meta }: Head): Omit<Artifact, 'bytes'> => ({
  kind,
  id,
  createdAt,
  meta: JSON.parse(meta) as Artifact['meta'],
});
