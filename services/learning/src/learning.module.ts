import { Module, type DynamicModule } from '@nestjs/common';
import { EventBus, ReadPositions } from '@shopkeeper/bus';
import { Health, Logger, Metrics } from '@shopkeeper/platform';
import { ArtifactStore } from '@shopkeeper/stores';
import { LearningHandlers } from './learning.handlers.js';
import { LearningRun } from './learning-run.js';
import {
  LEARNING_SERVICE_DEFAULTS,
  LEARNING_SERVICE_SETTINGS,
  type LearningServiceSettings,
} from './learning-service-settings.js';

/** What learning needs from the process that runs it. */
export interface LearningDependencies {
  readonly bus: EventBus;
  /** The bus server of this service: told where to read on before it listens. */
  readonly positions: ReadPositions;
  readonly artifacts: ArtifactStore;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly settings?: LearningServiceSettings;
}

@Module({})
export class LearningModule {
  static forRoot(deps: LearningDependencies): DynamicModule {
    return {
      module: LearningModule,
      controllers: [LearningHandlers],
      providers: [
        { provide: EventBus, useValue: deps.bus },
        { provide: ReadPositions, useValue: deps.positions },
        { provide: ArtifactStore, useValue: deps.artifacts },
        { provide: Logger, useValue: deps.logger },
        { provide: Metrics, useValue: deps.metrics },
        { provide: Health, useValue: deps.health },
        { provide: LEARNING_SERVICE_SETTINGS, useValue: deps.settings ?? LEARNING_SERVICE_DEFAULTS },
        LearningRun,
      ],
    };
  }
}
