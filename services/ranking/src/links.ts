import type { Logger } from '@shopkeeper/platform';
import type { ShopperMemory } from '@shopkeeper/stores';
import { LRUCache } from 'lru-cache';
import { Circuit } from './circuit.js';

export const LINKS = {
  /** Keys that are kept. */
  capacity: 100_000,
  /** A link is believed so many times as long as a look-up takes: a fast store is asked nearly always, a slow one seldom ... */
  believe: 200,
  leastMs: 20,
  mostMs: 2000,
  /** ... and that there is no link even less: a shopper who was unknown a moment ago may have a memory now. */
  believeNone: 40,
  mostNoneMs: 300,
} as const;

interface Known {
  readonly shopperId: string | null;
  readonly readAt: number;
}

/** Who is behind an id that the store or the browser knows. */
export class Links {
  private readonly known = new LRUCache<string, Known>({ max: LINKS.capacity });
  private readonly asking = new Map<string, Promise<true | undefined>>();
  private readonly circuit: Circuit;
  /** How long the store takes to answer, ms; follows the last answers. */
  private pace = 0;

  constructor(
    private readonly shoppers: ShopperMemory,
    logger: Logger,
    /** Called when an id leads to somebody else than before. */
    private readonly moved: (from: string, to: string) => void,
  ) {
    this.circuit = new Circuit('shopper links', logger);
  }

  /** The first of the keys that leads to somebody; `null` when none does, `undefined` when the store cannot say. */
  async resolve(keys: readonly string[]): Promise<string | null | undefined> {
    const now = performance.now();
    const unsure = keys.filter((key) => !this.isSure(key, now));
    if (unsure.length > 0 && !this.circuit.isOpen(now)) {
      const answered = await this.ask(unsure, now);
      if (!answered && unsure.some((key) => !this.known.has(key))) return undefined;
    }
    let certain = true;
    for (const key of keys) {
      const shopperId = this.known.get(key)?.shopperId;
      if (shopperId) return shopperId;
      if (shopperId === undefined) certain = false;
    }
    return certain ? null : undefined;
  }

  /** No id leads to this shopper any more. */
  forget(shopperId: string): void {
    for (const [key, known] of this.known.entries()) if (known.shopperId === shopperId) this.known.delete(key);
  }

  private isSure(key: string, now: number): boolean {
    const known = this.known.get(key);
    if (known === undefined) return false;
    const { believe, leastMs, mostMs, believeNone, mostNoneMs } = LINKS;
    const trust =
      known.shopperId === null
        ? Math.min(mostNoneMs, believeNone * this.pace)
        : Math.min(mostMs, Math.max(leastMs, believe * this.pace));
    return now - known.readAt < trust;
  }

  /** One question at a time about the same keys, however many requests wait for it. */
  private ask(keys: readonly string[], now: number): Promise<true | undefined> {
    const name = keys.join('\n');
    const going = this.asking.get(name);
    if (going !== undefined) return going;
    const asked = this.circuit.guard(() => this.lookUp(keys, now)).finally(() => this.asking.delete(name));
    this.asking.set(name, asked);
    return asked;
  }

  private async lookUp(keys: readonly string[], from: number): Promise<true> {
    const found = await this.shoppers.links(keys);
    const readAt = performance.now();
    this.pace = 0.8 * this.pace + 0.2 * (readAt - from);
    for (const key of keys) {
      const before = this.known.get(key)?.shopperId;
      const shopperId = found.get(key)?.shopperId ?? null;
      this.known.set(key, { shopperId, readAt });
      if (before && shopperId && before !== shopperId) this.moved(before, shopperId);
    }
    return true;
  }
}
