import { Injectable } from '@nestjs/common';
import { Metrics } from '@shopkeeper/platform';
import { isBuyable, isRemoved, type ProductState } from '@shopkeeper/recommender';
import { VectorIndex, type VectorDocument, type VectorEntry } from '@shopkeeper/stores';
import type { Encoder } from './encoder.js';

/** A vector that is known already: `null` = there is none, `undefined` = not known, encode. */
export type KnownVector = (state: ProductState) => Float32Array | null | undefined;

const NO_VECTOR = new Float32Array(0);

/** Brings the vectors of products up to date with their state; whatever is right already is left alone. */
@Injectable()
export class VectorSync {
  private readonly encoded;

  constructor(
    private readonly vectors: VectorIndex,
    metrics: Metrics,
  ) {
    this.encoded = metrics.counter('shopkeeper_embedding_encoded_total', 'Products whose text was encoded.');
  }

  /** Answers how many products got a vector document that had none under this model. */
  async bring(
    encoder: Encoder,
    states: readonly ProductState[],
    known: KnownVector = () => undefined,
  ): Promise<number> {
    const ids = states.map(({ productId }) => productId);
    const entries = await this.vectors.entries(encoder.modelId, ids);
    const outdated = states.filter((state) => isOutdated(state, entries.get(state.productId)));
    const turned = states
      .filter((state) => !outdated.includes(state) && hasTurned(state, entries.get(state.productId)))
      .map((state) => ({ productId: state.productId, sellable: isBuyable(state) }));
    if (turned.length > 0) await this.vectors.setSellable(encoder.modelId, turned);
    if (outdated.length === 0) return 0;
    await this.vectors.put(encoder.modelId, await this.documents(encoder, outdated, known));
    return outdated.filter(({ productId }) => !entries.has(productId)).length;
  }

  private async documents(encoder: Encoder, states: readonly ProductState[], known: KnownVector) {
    const vectors = new Map(states.map((state) => [state.productId, known(state)]));
    const missing = states.filter(({ productId }) => vectors.get(productId) === undefined);
    const encoded = await encoder.encode(missing.map(({ content }) => content!.value));
    missing.forEach(({ productId }, i) => vectors.set(productId, encoded[i]));
    this.encoded.inc(missing.length);
    return states.map((state): VectorDocument => ({
      productId: state.productId,
      revision: state.revision,
      contentHash: state.contentHash,
      vector: vectors.get(state.productId) ?? NO_VECTOR,
      categories: state.content!.value.categories,
      sellable: isBuyable(state),
      removed: isRemoved(state),
    }));
  }
}

/** True when the document must be written: what is encoded, or whether it is sold at all, has changed. */
function isOutdated(state: ProductState, entry: VectorEntry | undefined): boolean {
  if (state.content === null) return false;
  if (entry === undefined) return !isRemoved(state);
  if (entry.revision > state.revision) return false;
  return entry.contentHash !== state.contentHash || entry.removed !== isRemoved(state);
}

const hasTurned = (state: ProductState, entry: VectorEntry | undefined): boolean =>
  entry !== undefined && entry.revision <= state.revision && entry.sellable !== isBuyable(state);
