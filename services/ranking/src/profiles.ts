import { Injectable } from '@nestjs/common';
import type { ShopperRef, SignalRecorded } from '@shopkeeper/contracts';
import { Logger } from '@shopkeeper/platform';
import {
  evidenceOf,
  profileOf,
  Shelf,
  unionEvidence,
  type Evidence,
  type ShopperProfile,
} from '@shopkeeper/recommender';
import { ShopperMemory } from '@shopkeeper/stores';
import { LRUCache } from 'lru-cache';
import { Circuit } from './circuit.js';
import { within } from './deadline.js';
import { Links } from './links.js';

const MINUTE = 60_000;

export const PROFILES = {
  /** Shoppers that are kept. */
  shoppers: 50_000,
  /** What a request waits for links and memory together. */
  deadlineMs: 15,
  /** A memory is read again after this long, behind the request: what was forgotten elsewhere shows. */
  memoryMs: 5 * MINUTE,
  /** A profile is made anew after this long: time alone changes it. */
  profileMs: MINUTE,
  /** Signals older than this say nothing of a shopper whom nobody asked for: they are in the memory when somebody does. */
  recentMs: 60 * MINUTE,
  /** Fresh evidence that is kept per shopper. */
  tail: 100,
  /** Erased shoppers whose late signals are ignored. */
  erased: 10_000,
} as const;

/** What is known of one shopper here. */
interface Shopper {
  /** From the store; `undefined` = not read yet. */
  memory?: readonly Evidence[];
  memoryAt: number;
  /** From the tail of the signals. */
  tail: Evidence[];
  reading?: Promise<unknown>;
  profile?: { readonly value: ShopperProfile; readonly madeAt: number; readonly products: number };
}

export interface ProfileAnswer {
  /** `undefined` for a shopper whom nobody knows. */
  readonly profile: ShopperProfile | undefined;
  /** False when the store did not say all it knows in time. */
  readonly whole: boolean;
}

const NOBODY: ProfileAnswer = { profile: undefined, whole: true };

/** The profiles of the shoppers seen last: memory read once, kept fresh from the tail of the signals. */
@Injectable()
export class Profiles {
  private readonly shoppers = new LRUCache<string, Shopper>({ max: PROFILES.shoppers });
  private readonly erased = new LRUCache<string, true>({ max: PROFILES.erased });
  private readonly links: Links;
  private readonly circuit: Circuit;

  constructor(
    private readonly shelf: Shelf,
    private readonly memory: ShopperMemory,
    logger: Logger,
  ) {
    this.links = new Links(memory, logger, (from, to) => this.move(from, to));
    this.circuit = new Circuit('shopper memory', logger);
  }

  /** Never fails and never waits longer than the deadline. */
  async of(ref: ShopperRef | undefined): Promise<ProfileAnswer> {
    const keys = keysOf(ref);
    if (keys.length === 0) return NOBODY;
    const until = performance.now() + PROFILES.deadlineMs;
    const shopperId = await within(PROFILES.deadlineMs, this.links.resolve(keys));
    if (shopperId === undefined) return { profile: undefined, whole: false };
    if (shopperId === null || this.erased.has(shopperId)) return NOBODY;
    const shopper = this.shopper(shopperId);
    const whole = await this.remember(shopperId, shopper, until);
    return { profile: this.profile(shopper), whole };
  }

  /** A shopper did something. */
  observe(signal: SignalRecorded): void {
    const shopperId = signal.joinedInto ?? signal.shopperId;
    if (this.erased.has(shopperId) || this.erased.has(signal.shopperId)) return;
    if (!this.shoppers.has(shopperId) && Date.now() - Date.parse(signal.occurredAt) > PROFILES.recentMs) return;
    const evidence = evidenceOf(signal);
    if (evidence.length === 0) return;
    const shopper = this.shopper(shopperId);
    shopper.tail.push(...evidence);
    if (shopper.tail.length > PROFILES.tail) shopper.tail.splice(0, shopper.tail.length - PROFILES.tail);
    shopper.profile = undefined;
  }

  forget(shopperId: string): void {
    this.erased.set(shopperId, true);
    this.shoppers.delete(shopperId);
    this.links.forget(shopperId);
  }

  private shopper(shopperId: string): Shopper {
    const known = this.shoppers.get(shopperId);
    if (known !== undefined) return known;
    const shopper: Shopper = { memoryAt: -Infinity, tail: [] };
    this.shoppers.set(shopperId, shopper);
    return shopper;
  }

  /** Sees to it that the memory is there; false when it is not, by the deadline. */
  private async remember(shopperId: string, shopper: Shopper, until: number): Promise<boolean> {
    const now = performance.now();
    if (now - shopper.memoryAt >= PROFILES.memoryMs && !this.circuit.isOpen(now)) {
      shopper.reading ??= this.circuit
        .guard(() => this.read(shopperId, shopper))
        .finally(() => (shopper.reading = undefined));
    }
    if (shopper.memory === undefined && shopper.reading !== undefined) {
      await within(Math.max(1, until - now), shopper.reading);
    }
    return shopper.memory !== undefined;
  }

  private async read(shopperId: string, shopper: Shopper): Promise<void> {
    const record = (await this.memory.read([shopperId])).get(shopperId);
    shopper.memory = record?.evidence ?? [];
    shopper.memoryAt = performance.now();
    const stored = new Set(shopper.memory.map(({ id }) => id));
    shopper.tail = shopper.tail.filter(({ id }) => !stored.has(id));
    shopper.profile = undefined;
  }

  private profile(shopper: Shopper): ShopperProfile | undefined {
    const now = Date.now();
    const products = this.shelf.products.size;
    const { profile } = shopper;
    const stale =
      profile === undefined ||
      Math.abs(now - profile.madeAt) > PROFILES.profileMs ||
      (profile.value.unknown > 0 && profile.products !== products);
    if (!stale) return profile.value;
    const evidence = unionEvidence(shopper.memory ?? [], shopper.tail);
    if (evidence.length === 0) return undefined;
    const value = profileOf(this.shelf, evidence, now);
    shopper.profile = { value, madeAt: now, products };
    return value;
  }

  /** An id leads to somebody else now, most likely because two shoppers turned out to be one: what is known of the one goes to the other. */
  private move(from: string, to: string): void {
    const shopper = this.shopper(to);
    shopper.tail = [...(this.shoppers.get(from)?.tail ?? []), ...shopper.tail].slice(-PROFILES.tail);
    shopper.memory = undefined;
    shopper.memoryAt = -Infinity;
    shopper.profile = undefined;
  }
}

const keysOf = (ref: ShopperRef | undefined): string[] => [
  ...(ref?.userId === undefined ? [] : [`u:${ref.userId}`]),
  ...(ref?.anonymousId === undefined ? [] : [`a:${ref.anonymousId}`]),
];
