import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Logger } from '@shopkeeper/platform';
import { contentRow, Shelf, type ContentRow, type ContentRows } from '@shopkeeper/recommender';
import { VectorIndex } from '@shopkeeper/stores';
import { LRUCache } from 'lru-cache';
import { Circuit } from './circuit.js';
import { within } from './deadline.js';

export const NEIGHBOURS = {
  /** Neighbours that are asked for. */
  count: 60,
  deadlineMs: 25,
  /** Products whose neighbours are kept. */
  products: 20_000,
  /** After this long they are asked for again, behind the request; a product without neighbours has probably no vector yet. */
  freshMs: 10_000,
  emptyMs: 1000,
  /** Older ones are not used. */
  usableMs: 30 * 60_000,
  /** Pause between two questions behind requests: a search costs as much as several lists. */
  paceMs: 100,
  /** Asking ahead takes at most this share of the time, ... */
  aheadShare: 0.2,
  /** ... and pauses at least so long between two products. */
  aheadPauseMs: 2,
  /** A pass ends after so many products in a row that have none; the next begins after a while. */
  aheadEmpty: 20,
  aheadEveryMs: 5000,
} as const;

interface Entry {
  readonly row: ContentRow;
  readonly readAt: number;
}

export interface NeighboursAnswer {
  readonly rows: ContentRows;
  /** False when some did not come in time. */
  readonly whole: boolean;
}

const NONE: NeighboursAnswer = { rows: new Map(), whole: true };

/** What is alike by content, from the vector index. */
@Injectable()
export class ContentNeighbours {
  private readonly entries = new LRUCache<number, Entry>({ max: NEIGHBOURS.products });
  private readonly asking = new Map<number, Promise<void>>();
  private readonly circuit: Circuit;
  private askedAt = -Infinity;

  constructor(
    private readonly shelf: Shelf,
    private readonly vectors: VectorIndex,
    logger: Logger,
  ) {
    this.circuit = new Circuit('vector index', logger);
  }

  /** By product number of the shelf. Never fails and never waits longer than the deadline. */
  async of(products: readonly number[]): Promise<NeighboursAnswer> {
    if (products.length === 0) return NONE;
    const now = performance.now();
    const missing = products.filter((product) => !this.isUsable(product, now));
    if (missing.length > 0 && !this.circuit.isOpen(now)) {
      await within(NEIGHBOURS.deadlineMs, Promise.all(missing.map((product) => this.ask(product))));
    }
    const rows = new Map<number, ContentRow>();
    for (const product of products) {
      const entry = this.entries.get(product);
      if (entry !== undefined) rows.set(product, entry.row);
    }
    return { rows, whole: rows.size === products.length };
  }

  /**
   * Asks ahead for the neighbours of every product on the shelf, so that the first visitor of a page need not wait for a search; again and
   * again, for products that are new. Slowly: lists go first.
   */
  async askAhead(stop: () => boolean): Promise<void> {
    while (!stop()) {
      await this.askOnce(stop);
      await sleep(NEIGHBOURS.aheadEveryMs, undefined, { ref: false });
    }
  }

  private async askOnce(stop: () => boolean): Promise<void> {
    let empty = 0;
    for (let product = 0; product < this.shelf.products.size; product++) {
      if (this.neighboursOf(product) > 0) continue;
      const from = performance.now();
      // So many without an answer: there are no vectors yet.
      if (stop() || empty === NEIGHBOURS.aheadEmpty || this.circuit.isOpen(from)) return;
      await this.ask(product);
      empty = this.neighboursOf(product) > 0 ? 0 : empty + 1;
      const took = performance.now() - from;
      const pause = Math.max(NEIGHBOURS.aheadPauseMs, took / NEIGHBOURS.aheadShare - took);
      await sleep(pause, undefined, { ref: false });
    }
  }

  private neighboursOf(product: number): number {
    return this.entries.peek(product)?.row.products.length ?? 0;
  }

  private isUsable(product: number, now: number): boolean {
    const entry = this.entries.get(product);
    if (entry === undefined) return false;
    const age = now - entry.readAt;
    const empty = entry.row.products.length === 0;
    if (age < (empty ? NEIGHBOURS.emptyMs : NEIGHBOURS.freshMs)) return true;
    if (empty || age > NEIGHBOURS.usableMs) return false;
    if (now - this.askedAt >= NEIGHBOURS.paceMs && !this.circuit.isOpen(now)) {
      this.askedAt = now;
      // After this list has left: an embedded index searches within the call.
      setImmediate(() => void this.ask(product));
    }
    return true;
  }

  /** One question per product at a time, whoever waits for it. Never fails. */
  private ask(product: number): Promise<void> {
    const going = this.asking.get(product);
    if (going !== undefined) return going;
    const asked = this.circuit
      .guard(() => this.vectors.neighbours(this.shelf.id(product), NEIGHBOURS.count, { sellableOnly: false }))
      .then((hits) => {
        if (hits !== undefined) {
          this.entries.set(product, { row: contentRow(this.shelf, hits), readAt: performance.now() });
        }
      })
      .finally(() => this.asking.delete(product));
    this.asking.set(product, asked);
    return asked;
  }
}
