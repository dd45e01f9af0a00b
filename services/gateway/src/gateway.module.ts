import { Module, type DynamicModule } from '@nestjs/common';
import { EventBus } from '@shopkeeper/bus';
import { Ranker, Shoppers } from '@shopkeeper/contracts';
import { Health, Logger, Metrics } from '@shopkeeper/platform';
import { CatalogController } from './catalog.controller.js';
import { EventsController } from './events.controller.js';
import type { GatewayDependencies } from './gateway.deps.js';
import { OperationsController } from './operations.controller.js';
import { RecommendationsController } from './recommendations.controller.js';
import { ShoppersController } from './shoppers.controller.js';

/** The only HTTP door. */
@Module({})
export class GatewayModule {
  static forRoot(deps: GatewayDependencies): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [
        EventsController,
        CatalogController,
        RecommendationsController,
        ShoppersController,
        OperationsController,
      ],
      providers: [
        { provide: EventBus, useValue: deps.bus },
        { provide: Ranker, useValue: deps.ranker },
        { provide: Shoppers, useValue: deps.shoppers },
        { provide: Logger, useValue: deps.logger },
        { provide: Metrics, useValue: deps.metrics },
        { provide: Health, useValue: deps.health },
      ],
    };
  }
}
