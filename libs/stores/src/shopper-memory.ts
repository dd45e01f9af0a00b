import type { Evidence, SessionState } from '@shopkeeper/recommender';

/** From an id that the store or browser knows to the shopper's pseudonym; with the open session of that device. */
export interface ShopperLink {
  /** `a:<anonymousId>` or `u:<userId>`. */
  readonly key: string;
  readonly shopperId: string;
  /** Of an anonymousId only. */
  readonly session: SessionState | null;
}

export interface MemoryRecord {
  readonly shopperId: string;
  /** At most 300, newest first. */
  readonly evidence: readonly Evidence[];
}

/** Links and memories of shoppers. */
export abstract class ShopperMemory {
  abstract links(keys: readonly string[]): Promise<ReadonlyMap<string, ShopperLink>>;
  /**
   * Makes each link, from key to shopperId, unless there is one; answers per key the shopperId that holds, ours or theirs (or whom ours was
   * joined into).
   */
  abstract claims(wanted: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>>;
  /** The same for one link. */
  async claim(key: string, shopperId: string): Promise<string> {
    return (await this.claims(new Map([[key, shopperId]]))).get(key)!;
  }
  /** Points links at a shopper and sets their sessions; the last write wins. Links of an erased shopper are passed over. */
  abstract putLinks(links: readonly ShopperLink[]): Promise<void>;
  abstract linksOf(shopperId: string): Promise<readonly ShopperLink[]>;

  /** Unknown and erased shoppers are missing. */
  abstract read(shopperIds: readonly string[]): Promise<ReadonlyMap<string, MemoryRecord>>;
  /**
   * Adds evidence by union on its id: the same twice changes nothing, order does not matter. Keeps the newest 300.
   * Erased shoppers stay erased.
   */
  abstract remember(additions: ReadonlyMap<string, readonly Evidence[]>): Promise<void>;
  /** Moves links and memory of one shopper to another, and what is said of the first later too; twice changes nothing. */
  abstract join(from: string, into: string): Promise<void>;
  /**
   * Forgets memory and links, also of the shopper it was joined into, and keeps a mark, so that late events do not bring them back. Twice
   * changes nothing.
   */
  abstract erase(shopperId: string, erasedAt: string): Promise<void>;
  abstract erased(shopperIds: readonly string[]): Promise<ReadonlySet<string>>;
  abstract refresh(): Promise<void>;
}
