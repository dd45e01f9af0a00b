import { Module, type DynamicModule } from '@nestjs/common';
import { EventBus } from '@shopkeeper/bus';
import { Logger, Metrics } from '@shopkeeper/platform';
import { CatalogState, ProductIndex } from '@shopkeeper/stores';
import { CatalogPublisher } from './catalog-publisher.js';
import { CatalogSyncHandlers } from './catalog-sync.handlers.js';
import { CatalogWriter } from './catalog-writer.js';

export interface CatalogSyncDependencies {
  readonly bus: EventBus;
  readonly catalog: CatalogState;
  readonly products: ProductIndex;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** The only owner of product state: commands in, state, content and offer events, and the search projection out. */
@Module({})
export class CatalogSyncModule {
  static forRoot(deps: CatalogSyncDependencies): DynamicModule {
    return {
      module: CatalogSyncModule,
      controllers: [CatalogSyncHandlers],
      providers: [
        { provide: EventBus, useValue: deps.bus },
        { provide: CatalogState, useValue: deps.catalog },
        { provide: ProductIndex, useValue: deps.products },
        { provide: Logger, useValue: deps.logger },
        { provide: Metrics, useValue: deps.metrics },
        CatalogWriter,
        CatalogPublisher,
      ],
    };
  }
}
