import { Module, type DynamicModule } from '@nestjs/common';
import { Health, Logger, Metrics } from '@shopkeeper/platform';
import { DEFAULT_RANKING, Ranking, Shelf, type RankingSettings } from '@shopkeeper/recommender';
import { ShopperMemory, VectorIndex } from '@shopkeeper/stores';
import { ContentNeighbours } from './content-neighbours.js';
import { Profiles } from './profiles.js';
import { RankingHandlers } from './ranking.handlers.js';
import { FEED_SERVER, Readiness, type FeedServer } from './readiness.js';
import { Recommendations } from './recommendations.js';

export interface RankingDependencies {
  /** The bus server of this service: says when everything is loaded. */
  readonly server: FeedServer;
  readonly vectors: VectorIndex;
  readonly shoppers: ShopperMemory;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly settings?: RankingSettings;
}

/** Recommendation lists, from catalogue, offers and model rows in memory. Answers requests by `Recommendations`. */
@Module({})
export class RankingModule {
  static forRoot(deps: RankingDependencies): DynamicModule {
    const shelf = new Shelf();
    return {
      module: RankingModule,
      controllers: [RankingHandlers],
      providers: [
        { provide: FEED_SERVER, useValue: deps.server },
        { provide: VectorIndex, useValue: deps.vectors },
        { provide: ShopperMemory, useValue: deps.shoppers },
        { provide: Logger, useValue: deps.logger },
        { provide: Metrics, useValue: deps.metrics },
        { provide: Health, useValue: deps.health },
        { provide: Shelf, useValue: shelf },
        { provide: Ranking, useValue: new Ranking(shelf, deps.settings ?? DEFAULT_RANKING) },
        Profiles,
        ContentNeighbours,
        Recommendations,
        Readiness,
      ],
      exports: [Recommendations],
    };
  }
}
