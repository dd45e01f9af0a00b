import type { Client } from '@elastic/elasticsearch';
import type { Evidence } from '@shopkeeper/recommender';
import { ShopperMemory, type MemoryRecord, type ShopperLink } from '../shopper-memory.js';
import { Documents } from './documents.js';
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

  override async claim(key: string, shopperId: string): Promise<string> {
    const link: ShopperLink = { key, shopperId, session: null };
    const [outcome] = await this.#links.write([{ action: 'create', id: key, document: link }]);
    if (outcome === 'done') {
      const [holder] = await this.#settle([link]);
      return holder ?? shopperId;
    }
    const holder = (await this.#links.read([key])).get(key)?.source.shopperId;
    // Erased between the two: the key is free again.
    return holder ?? this.claim(key, shopperId);
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
    const holder = await this.#memories.join(from, into);
    if (holder === from) return;
    const links = await this.linksOf(from);
    if (holder === null) return this.#links.remove(links.map(({ key }) => key));
    await this.putLinks(links.map((link) => ({ ...link, shopperId: holder })));
  }

  override async erase(shopperId: string, erasedAt: string): Promise<void> {
    const ids = await this.#memories.erase(shopperId, erasedAt);
    for (const id of ids) await this.#links.remove((await this.linksOf(id)).map(({ key }) => key));
  }

  override async erased(shopperIds: readonly string[]): Promise<ReadonlySet<string>> {
    const holders = await this.#memories.holders(shopperIds);
    return new Set([...holders].flatMap(([id, holder]) => (holder === null ? [id] : [])));
  }

  override async refresh(): Promise<void> {
    await this.#links.refresh();
    await this.#memories.documents.refresh();
  }

  /** Puts links right whose shopper was joined or erased meanwhile. Answers the holder of each, `null` when the link is gone. */
  async #settle(links: readonly ShopperLink[]): Promise<readonly (string | null)[]> {
    const holders = await this.#memories.holders(links.map(({ shopperId }) => shopperId));
    const holderOf = ({ shopperId }: ShopperLink) => holders.get(shopperId) ?? null;
    const wrong = links.filter((link) => holderOf(link) !== link.shopperId);
    await this.#links.write(
      wrong.map((link) => {
        const shopperId = holderOf(link);
        return shopperId === null
          ? { action: 'delete', id: link.key }
          : { action: 'index', id: link.key, document: { ...link, shopperId } };
      }),
    );
    return links.map(holderOf);
  }
}
