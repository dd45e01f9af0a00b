import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client, estypes } from '@elastic/elasticsearch';
import { ShopkeeperError } from '@shopkeeper/contracts';
import { bulkWrite, type BulkOutcome, type BulkWrite } from './bulk.js';
import { asking } from './errors.js';

/** What Elasticsearch allows an id to have, in bytes. */
const MAX_ID_BYTES = 512;
const IDS_PER_READ = 1000;

export interface StoredDocument<T> {
  readonly source: T;
  readonly seqNo: number;
  readonly primaryTerm: number;
}

/** Our ids may be longer than the server's: 200 characters can be 800 bytes. */
export const documentId = (id: string): string =>
  Buffer.byteLength(id) <= MAX_ID_BYTES ? id : `sha256-${createHash('sha256').update(id).digest('hex')}`;

/** Documents of one kind behind an alias, or in an index named directly while it is being filled. Reads by id see every write at once. */
export class Documents<T extends object> {
  readonly name: string;
  readonly #client: Client;
  readonly #isAlias: boolean;

  constructor(client: Client, name: string, kind: 'alias' | 'index' = 'alias') {
    this.#client = client;
    this.name = name;
    this.#isAlias = kind === 'alias';
  }

  /** By id as given; unknown ones are missing. `fields`: only these are filled. */
  async read(ids: readonly string[], fields?: readonly (keyof T & string)[]): Promise<Map<string, StoredDocument<T>>> {
    const found = new Map<string, StoredDocument<T>>();
    for (let from = 0; from < ids.length; from += IDS_PER_READ) {
      const part = ids.slice(from, from + IDS_PER_READ);
      const { docs } = await asking(
        this.#client.mget<T>({
          index: this.name,
          ids: part.map(documentId),
          ...(fields && { _source_includes: [...fields] }),
        }),
      );
      for (const [i, doc] of docs.entries()) {
        if ('error' in doc) throw readFailed(this.name, doc.error);
        if (!doc.found) continue;
        found.set(part[i]!, { source: doc._source!, seqNo: doc._seq_no!, primaryTerm: doc._primary_term! });
      }
    }
    return found;
  }

  write(writes: readonly BulkWrite[]): Promise<BulkOutcome[]> {
    const target = { name: this.name, isAlias: this.#isAlias };
    return bulkWrite(
      this.#client,
      target,
      writes.map((write) => ({ ...write, id: documentId(write.id) })),
    );
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.write(ids.map((id) => ({ action: 'delete', id })));
  }

  search(request: Omit<estypes.SearchRequest, 'index'>): Promise<estypes.SearchResponse<T>> {
    // Half an answer would be taken for the whole one.
    return asking(this.#client.search<T>({ ...request, index: this.name, allow_partial_search_results: false }));
  }

  /** All that match, in pages in the order of a field that is unique and never changes. */
  async *pages(
    field: keyof T & string,
    query: estypes.QueryDslQueryContainer,
    size: number,
  ): AsyncGenerator<readonly T[]> {
    for (let after: estypes.FieldValue[] | undefined; ;) {
      const sort = [{ [field]: 'asc' as const }];
      const { hits } = await this.search({ query, size, sort, ...(after && { search_after: after }) });
      if (hits.hits.length === 0) return;
      after = hits.hits.at(-1)!.sort;
      yield hits.hits.map((hit) => hit._source!);
    }
  }

  async count(): Promise<number> {
    await this.refresh();
    return (await asking(this.#client.count({ index: this.name }))).count;
  }

  async refresh(): Promise<void> {
    await asking(this.#client.indices.refresh({ index: this.name }));
  }
}

/** A condition for `after`, or create where there was nothing. */
export const onlyAfter = (stored: StoredDocument<unknown> | undefined): Pick<BulkWrite, 'action' | 'after'> =>
  stored ? { action: 'index', after: { seqNo: stored.seqNo, primaryTerm: stored.primaryTerm } } : { action: 'create' };

const READ_AND_WRITE_TRIES = 12;

/**
 * Repeats a read, change and conditional write until nobody came in between.
 * @throws ShopkeeperError STORE_UNAVAILABLE (retriable) after a dozen times
 */
export async function untilSettled(what: string, attempt: () => Promise<boolean>): Promise<void> {
  for (let tries = 1; tries <= READ_AND_WRITE_TRIES; tries++) {
    if (await attempt()) return;
    // Apart at random, or two that meet once meet for ever.
    await pause(Math.random() * 10 * tries);
  }
  throw new ShopkeeperError('STORE_UNAVAILABLE', `${what} is written to by too many at once`, { retriable: true });
}

function readFailed(index: string, error: estypes.ErrorCause): ShopkeeperError {
  const message = `Elasticsearch cannot read from ${index}: ${error.type} ${error.reason ?? ''}`;
  return new ShopkeeperError('STORE_UNAVAILABLE', message, { retriable: true });
}
