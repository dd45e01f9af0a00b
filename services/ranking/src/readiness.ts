import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Health, Logger, type HealthCheck } from '@shopkeeper/platform';
import { Shelf } from '@shopkeeper/recommender';
import { ContentNeighbours } from './content-neighbours.js';

/** What ranking asks of the server that feeds its handlers. */
export interface FeedServer {
  health(): HealthCheck;
  /** Resolves once the readers have handled all that was in their topics when they began. */
  caughtUp(): Promise<void>;
}
export const FEED_SERVER = Symbol('FeedServer');

/** Ranking is ready once catalogue, offers and rows are loaded. */
@Injectable()
export class Readiness implements OnModuleInit, OnModuleDestroy {
  private loading: Promise<void> | undefined;
  private loaded = false;
  private closing = false;

  constructor(
    @Inject(FEED_SERVER) private readonly server: FeedServer,
    private readonly shelf: Shelf,
    private readonly neighbours: ContentNeighbours,
    private readonly health: Health,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.health.register('ranking', () => this.check());
  }

  onModuleDestroy(): void {
    this.closing = true;
  }

  async check(): Promise<HealthCheck> {
    const feed = this.server.health();
    if (this.loaded || feed.status === 'down') return feed;
    this.loading ??= this.load();
    // One turn of the loop for the case that all is loaded already.
    await Promise.race([this.loading, new Promise((resolve) => setImmediate(resolve))]);
    return this.loaded ? feed : { status: 'down', detail: 'loading catalogue, offers and rows' };
  }

  private async load(): Promise<void> {
    try {
      await this.server.caughtUp();
      this.loaded = true;
      this.logger.info({ products: this.shelf.products.size, epoch: this.shelf.epoch }, 'ranking is loaded');
      // Behind everything else; it never fails.
      void this.neighbours.askAhead(() => this.closing);
    } finally {
      this.loading = undefined;
    }
  }
}
