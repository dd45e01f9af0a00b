import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Ranker, type RecommendRequest, type RecommendResponse } from '@shopkeeper/contracts';
import { Metrics } from '@shopkeeper/platform';
import { itemsOf, passStockGate, Ranking, Shelf } from '@shopkeeper/recommender';
import { ContentNeighbours } from './content-neighbours.js';
import { Profiles } from './profiles.js';
import { rankingMetrics } from './ranking-metrics.js';

/** Answers recommendation requests from memory; the stores are asked only for what is not here yet, and never waited for long. */
@Injectable()
export class Recommendations extends Ranker {
  private readonly measure: ReturnType<typeof rankingMetrics>;

  constructor(
    private readonly shelf: Shelf,
    private readonly ranking: Ranking,
    private readonly profiles: Profiles,
    private readonly neighbours: ContentNeighbours,
    metrics: Metrics,
  ) {
    super();
    this.measure = rankingMetrics(metrics);
  }

  override async recommend(request: RecommendRequest): Promise<string> {
    const from = performance.now();
    const { placement, shopper, products, filter, exclude, limit } = request;
    const { profile, whole: remembered } = await this.profiles.of(shopper);
    const outset = this.ranking.begin({ placement, products, filter, exclude, limit, profile, now: Date.now() });
    const { rows, whole: alike } = await this.neighbours.of(outset.contentWanted);
    const list = this.ranking.rank(outset, rows);
    // Nothing may be awaited from here on: what passes the gate leaves.
    const { passed, dropped } = passStockGate(this.shelf, list);
    const degraded = [...(remembered ? [] : ['memory']), ...(alike ? [] : ['content'])];
    const response: RecommendResponse = {
      recommendationId: randomUUID(),
      placement,
      epoch: this.shelf.epoch,
      items: itemsOf(this.shelf, list, passed),
      degraded,
    };
    const seconds = (performance.now() - from) / 1000;
    this.measure(placement, { items: passed.length, dropped, degraded, seconds });
    return JSON.stringify(response);
  }
}
