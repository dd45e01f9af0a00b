import { Injectable } from '@nestjs/common';
import { Metrics } from '@shopkeeper/platform';
import { isRemoved, type ProductState } from '@shopkeeper/recommender';
import { ArtifactStore } from '@shopkeeper/stores';
import { EmbeddingSettings } from '../embedding-settings.js';
import type { KnownVector } from '../vector-sync.js';
import { fitInWorker, type FitProduct } from './fit-in-worker.js';
import { LsaEncoder } from './lsa-encoder.js';

export interface Fitted {
  readonly encoder: LsaEncoder;
  readonly vectorOf: KnownVector;
}

/** Fits the default encoder on a catalogue and keeps it. */
@Injectable()
export class LsaFitter {
  private readonly seconds;

  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly settings: EmbeddingSettings,
    metrics: Metrics,
  ) {
    const buckets = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120];
    this.seconds = metrics.histogram('shopkeeper_embedding_fit_seconds', 'Fitting the encoder.', [], buckets);
  }

  /** Answers `null` when no product says anything that could be compared. */
  async fit(catalog: AsyncIterable<readonly ProductState[]>, signal: AbortSignal): Promise<Fitted | null> {
    const stop = this.seconds.startTimer();
    const fit = await fitInWorker(products(catalog), { ...this.settings, signal });
    stop();
    if (!fit || fit.dimensions === 0) return null;
    const { modelId: id, dimensions, documents } = fit;
    await this.artifacts.put({
      kind: 'encoder',
      id,
      createdAt: new Date().toISOString(),
      meta: { encoder: 'lsa', dimensions, documents },
      bytes: fit.artifact,
    });
    return {
      encoder: new LsaEncoder(id, fit.artifact),
      vectorOf: ({ productId, contentHash }) => fit.vectorOf(productId, contentHash),
    };
  }
}

async function* products(catalog: AsyncIterable<readonly ProductState[]>): AsyncIterable<readonly FitProduct[]> {
  for await (const page of catalog) {
    yield page.flatMap((state) =>
      state.content === null || isRemoved(state)
        ? []
        : [{ productId: state.productId, contentHash: state.contentHash, content: state.content.value }],
    );
  }
}
