import { Module, type DynamicModule } from '@nestjs/common';
import { EventBus } from '@shopkeeper/bus';
import { Logger, Metrics } from '@shopkeeper/platform';
import { CatalogState, ShopperMemory } from '@shopkeeper/stores';
import { Eraser } from './eraser.js';
import { Identities } from './identities.js';
import { ShopperQuestions } from './shopper-questions.js';
import { SignalRecorder } from './signal-recorder.js';
import { UserSignalHandlers } from './user-signal.handlers.js';

export interface UserSignalDependencies {
  readonly bus: EventBus;
  readonly shoppers: ShopperMemory;
  /** Read only, to say what a memory is about. */
  readonly catalog: CatalogState;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Raw behaviour in, pseudonymous signals out, and the memories of shoppers. Answers questions about them by `ShopperQuestions`. */
@Module({})
export class UserSignalModule {
  static forRoot(deps: UserSignalDependencies): DynamicModule {
    return {
      module: UserSignalModule,
      controllers: [UserSignalHandlers],
      providers: [
        { provide: EventBus, useValue: deps.bus },
        { provide: ShopperMemory, useValue: deps.shoppers },
        { provide: CatalogState, useValue: deps.catalog },
        { provide: Logger, useValue: deps.logger },
        { provide: Metrics, useValue: deps.metrics },
        Identities,
        SignalRecorder,
        Eraser,
        ShopperQuestions,
      ],
      exports: [ShopperQuestions],
    };
  }
}
