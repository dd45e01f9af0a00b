import { Module, type DynamicModule } from '@nestjs/common';
import { Logger, Metrics, type Health } from '@shopkeeper/platform';
import { ArtifactStore, CatalogState, VectorIndex } from '@shopkeeper/stores';
import { EmbeddingHandlers } from './embedding.handlers.js';
import { EmbeddingSettings } from './embedding-settings.js';
import { EncoderLife } from './encoder-life.js';
import { LsaFitter } from './lsa/lsa-fitter.js';
import { VectorSync } from './vector-sync.js';

export interface EmbeddingDependencies {
  readonly catalog: CatalogState;
  readonly vectors: VectorIndex;
  readonly artifacts: ArtifactStore;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Told when fitting fails: vectors are then missing or grow stale. */
  readonly health?: Health;
  readonly settings?: Partial<EmbeddingSettings>;
}

/** Product content in, vectors out; fits and versions the encoder. */
@Module({})
export class EmbeddingModule {
  static forRoot(deps: EmbeddingDependencies): DynamicModule {
    return {
      module: EmbeddingModule,
      controllers: [EmbeddingHandlers],
      providers: [
        { provide: CatalogState, useValue: deps.catalog },
        { provide: VectorIndex, useValue: deps.vectors },
        { provide: ArtifactStore, useValue: deps.artifacts },
        { provide: Logger, useValue: deps.logger },
        { provide: Metrics, useValue: deps.metrics },
        { provide: EmbeddingSettings, useValue: new EmbeddingSettings(deps.settings) },
        VectorSync,
        LsaFitter,
        EncoderLife,
        {
          provide: 'embedding.health',
          inject: [EncoderLife],
          useFactory: (life: EncoderLife) =>
            deps.health?.register('embedding', () =>
              life.problem ? { status: 'degraded', detail: life.problem } : { status: 'ok' },
            ),
        },
      ],
    };
  }
}
