import type { Client } from '@elastic/elasticsearch';
import type { Evidence } from '@shopkeeper/recommender';
import { ShopperMemory, type MemoryRecord, type ShopperLink } from '../shopper-memory.js';
import type { BulkWrite } from './bulk.js';
import { Documents, onlyAfter, untilSettled } from './documents.js';
import { ensureAlias, type IndexShape } from './indices.js';
import { MemoryDocuments } from './memory-documents.js';

const LINKS: IndexShape = {
  settings: { refresh_interval: '30s' },
  properties: {
    key: { type: 'keyword' },
    shopperId: { type: 'keyword' },
    session: { type: 'object', enabled: false },
  },
};

const LINKS_PER_PAGE = 1000;

/**
 * Links and memories lie in two indices, and no write spans both. So whoever joins or erases marks the memory first and then looks for links,
 * and whoever writes a link looks at the mark afterwards: one of the two always sees the other, and puts the link right.
 */
export class ElasticsearchShopperMemory extends ShopperMemory {
  readonly #links: Documents<ShopperLink>;
  readonly #memories: MemoryDocuments;

  private constructor(client: Client, prefix: string) {
    super();
    this.#links = new Documents(client, `${prefix}shopper-links`);
    this.#memories = new MemoryDocuments(client, prefix);
  }

  static async open(client: Client, prefix: string): Promise<ElasticsearchShopperMemory> {
    const shoppers = new ElasticsearchShopperMemory(client, prefix);
    await ensureAlias(client, shoppers.#links.name, LINKS);
    await shoppers.#memories.ensure(client);
    return shoppers;
  }

  override async links(keys: readonly string[]): Promise<ReadonlyMap<string, ShopperLink>> {
    return new Map([...(await this.#links.read(keys))].map(([key, { source }]) => [key, source]));
  }

  override async claims(wanted: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> {
    const answers = new Map<string, string>();
    let open = [...wanted].map(([key, shopperId]): ShopperLink => ({ key, shopperId, session: null }));
    await untilSettled('A link', async () => {
      const outcomes = await this.#links.write(
        open.map((link) => ({ action: 'create', id: link.key, document: link })),
      );
      const made = open.filter((_, i) => outcomes[i] === 'done');
      const taken = open.filter((_, i) => outcomes[i] !== 'done').map(({ key }) => key);
      const holders = await this.#settle(made);
      for (const { key, shopperId } of made) answers.set(key, holders.get(shopperId) ?? shopperId);
      const theirs = await this.#links.read(taken);
      for (const [key, { source }] of theirs) answers.set(key, source.shopperId);
      // Erased between the two: such a key is free again.
      open = open.filter(({ key }) => !answers.has(key));
      return open.length === 0;
    });
    return answers;
  }

  override async putLinks(links: readonly ShopperLink[]): Promise<void> {
    // Looked at before as well, so that a link of somebody erased is not there even for a moment.
    const holders = await this.#memories.holders(links.map(({ shopperId }) => shopperId));
    const kept = links.flatMap((link) => {
      const shopperId = holders.get(link.shopperId);
      return shopperId ? [{ ...link, shopperId }] : [];
    });
    await this.#links.write(kept.map((link) => ({ action: 'index', id: link.key, document: link })));
    await this.#settle(kept);
  }

  override async linksOf(shopperId: string): Promise<readonly ShopperLink[]> {
    // Searched, which sees only what was refreshed. It is asked when two shoppers are joined or one is erased, not per event.
    await this.#links.refresh();
    const links: ShopperLink[] = [];
    for await (const page of this.#links.pages('key', { term: { shopperId } }, LINKS_PER_PAGE)) links.push(...page);
    return links;
  }

  override read(shopperIds: readonly string[]): Promise<ReadonlyMap<string, MemoryRecord>> {
    return this.#memories.records(shopperIds);
  }

  override remember(additions: ReadonlyMap<string, readonly Evidence[]>): Promise<void> {
    return this.#memories.remember(additions);
  }

  override async join(from: string, into: string): Promise<void> {
    if (from === into) return;
    await this.#memories.join(from, into);
    await this.#putRight((await this.linksOf(from)).map(({ key }) => key));
  }

  override async erase(shopperId: string, erasedAt: string): Promise<void> {
    for (const id of await this.#memories.erase(shopperId, erasedAt))
      await this.#putRight((await this.linksOf(id)).map(({ key }) => key));
  }

  override async erased(shopperIds: readonly string[]): Promise<ReadonlySet<string>> {
    const holders = await this.#memories.holders(shopperIds);
    return new Set([...holders].flatMap(([id, holder]) => (holder === null ? [id] : [])));
  }

  override async refresh(): Promise<void> {
    await this.#links.refresh();
    await this.#memories.documents.refresh();
  }

  /** After links were written: looks whether their shoppers were joined or erased meanwhile. Answers who holds each shopper's now. */
  async #settle(links: readonly ShopperLink[]): Promise<ReadonlyMap<string, string | null>> {
    const holders = await this.#memories.holders(links.map(({ shopperId }) => shopperId));
    const wrong = links.filter(({ shopperId }) => holders.get(shopperId) !== shopperId);
    await this.#putRight(wrong.map(({ key }) => key));
    return holders;
  }

  /** Points links at whoever holds what their shopper had, or removes them; a session written meanwhile is kept. */
  async #putRight(keys: readonly string[]): Promise<void> {
    let open = keys;
    await untilSettled('A link', async () => {
      const links = await this.#links.read(open);
      const holders = await this.#memories.holders([...links.values()].map(({ source }) => source.shopperId));
      const writes = [...links].flatMap(([key, stored]): BulkWrite[] => {
        const shopperId = holders.get(stored.source.shopperId) ?? null;
        if (shopperId === stored.source.shopperId) return [];
        if (shopperId === null) return [{ ...onlyAfter(stored), action: 'delete', id: key }];
        return [{ ...onlyAfter(stored), id: key, document: { ...stored.source, shopperId } }];
      });
      const outcomes = await this.#links.write(writes);
      open = writes.flatMap(({ id }, i) => (outcomes[i] === 'conflict' ? [id] : []));
      return open.length === 0;
    });
  }
}
