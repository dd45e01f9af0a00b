import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  claimDevices,
  claimUsers,
  erasedAtOf,
  forgottenKey,
  isUserKey,
  shoppersToJudge,
  type LegibleEvent,
  type LinkState,
  type Named,
} from '@shopkeeper/recommender';
import { ShopperMemory } from '@shopkeeper/stores';
import { LinkCache, type KnownKey } from './link-cache.js';

/** Asked of the store at once. */
const AT_ONCE = 100;

/** Who did it: every device and user of a batch with its pseudonym. */
export interface Known {
  readonly links: Map<string, LinkState>;
  readonly forgottenAt: ReadonlyMap<string, string>;
}

/** From the ids of the storefront to pseudonyms; they are made durable before anything is said in their name. */
@Injectable()
export class Identities {
  readonly cache = new LinkCache();

  constructor(private readonly shoppers: ShopperMemory) {}

  /** What is known of the devices and users of these events, as it stands: one read for those that are new here. */
  async known(events: readonly LegibleEvent[], turn: object): Promise<Known> {
    const keys = new Set(events.flatMap(({ device, user }) => (user === null ? [device] : [device, user])));
    const found = new Map<string, KnownKey>();
    for (const key of keys) {
      const cached = this.cache.get(key, turn);
      if (cached) found.set(key, cached);
    }
    for (const key of await this.withErasedShopper(found)) {
      found.delete(key);
      this.cache.delete(key);
    }
    const read = await this.read([...keys].filter((key) => !found.has(key)));
    for (const [key, known] of read) found.set(key, known);
    const links = new Map<string, LinkState>();
    const forgottenAt = new Map<string, string>();
    for (const [key, known] of found) {
      if (known.link) links.set(key, known.link);
      if (known.forgottenAt !== null) forgottenAt.set(key, known.forgottenAt);
    }
    return { links, forgottenAt };
  }

  /** Gives a pseudonym to everybody who has none yet and answers which shoppers are users. */
  async claim(events: readonly Named[], { links }: Known): Promise<(shopperId: string) => boolean> {
    const fresh = await this.claimAll(claimDevices(events, links, randomUUID), links);
    const users = new Set<string>();
    for (const [key, { shopperId }] of links) if (isUserKey(key)) users.add(shopperId);
    const open = [...shoppersToJudge(events, links)].filter((id) => !fresh.has(id) && !users.has(id));
    for (const shopperId of await this.ofUsers(open)) users.add(shopperId);
    const isUsers = (shopperId: string) => users.has(shopperId);
    for (const shopperId of await this.claimAll(claimUsers(events, links, isUsers, randomUUID), links)) {
      users.add(shopperId);
    }
    return isUsers;
  }

  /** Keys whose shopper was erased after we read them, perhaps by another instance. */
  private async withErasedShopper(found: ReadonlyMap<string, KnownKey>): Promise<readonly string[]> {
    const shopperIds = new Set([...found.values()].flatMap(({ link }) => (link ? [link.shopperId] : [])));
    const erased = shopperIds.size > 0 ? await this.shoppers.erased([...shopperIds]) : new Set<string>();
    if (erased.size === 0) return [];
    return [...found].flatMap(([key, { link }]) => (link && erased.has(link.shopperId) ? [key] : []));
  }

  private async read(keys: readonly string[]): Promise<ReadonlyMap<string, KnownKey>> {
    if (keys.length === 0) return new Map();
    const marks = new Map(keys.map((key) => [key, forgottenKey(key)]));
    const stored = await this.shoppers.links([...keys, ...marks.values()]);
    return new Map(
      keys.map((key) => [
        key,
        {
          link: stored.get(key) ?? null,
          forgottenAt: erasedAtOf(stored.get(marks.get(key) ?? '')?.shopperId),
        },
      ]),
    );
  }

  /** Makes the links that are missing, adds them to `links` and answers the shoppers that hold them. */
  private async claimAll(claims: ReadonlyMap<string, string>, links: Map<string, LinkState>): Promise<Set<string>> {
    const holders = new Set<string>();
    if (claims.size === 0) return holders;
    for (const [key, shopperId] of await this.shoppers.claims(claims)) {
      links.set(key, { shopperId, session: null });
      holders.add(shopperId);
    }
    return holders;
  }

  private async ofUsers(shopperIds: readonly string[]): Promise<readonly string[]> {
    if (shopperIds.length === 0) return [];
    await this.shoppers.refresh();
    const users: string[] = [];
    for (let from = 0; from < shopperIds.length; from += AT_ONCE) {
      const some = shopperIds.slice(from, from + AT_ONCE);
      const links = await Promise.all(some.map((shopperId) => this.shoppers.linksOf(shopperId)));
      users.push(...some.filter((_, n) => links[n]?.some(({ key }) => isUserKey(key))));
    }
    return users;
  }
}
