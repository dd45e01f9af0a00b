import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ProductContent } from '@shopkeeper/contracts';
import { deserializeEncoder, encode, productText, type EncoderModel } from '@shopkeeper/recommender';
import { Encoder } from '../encoder.js';

/** How long the event loop is kept at a time. */
const SLICE_MS = 5;

/** Latent semantic vectors, fitted on the store's own catalogue. */
export class LsaEncoder extends Encoder {
  readonly modelId: string;
  private readonly model: EncoderModel;

  /** @throws ShopkeeperError STORE_MODEL_UNKNOWN when the bytes are no such model */
  constructor(modelId: string, artifact: Uint8Array) {
    super();
    this.modelId = modelId;
    this.model = deserializeEncoder(artifact);
  }

  get dimensions(): number {
    return this.model.dimensions;
  }

  /** How many products it was fitted on. */
  get documents(): number {
    return this.model.documents;
  }

  override async encode(contents: readonly ProductContent[]): Promise<readonly (Float32Array | null)[]> {
    const vectors: (Float32Array | null)[] = [];
    let sliceEnds = performance.now() + SLICE_MS;
    for (const content of contents) {
      vectors.push(encode(this.model, productText(content)));
      if (performance.now() < sliceEnds) continue;
      await nextTurn();
      sliceEnds = performance.now() + SLICE_MS;
    }
    return vectors;
  }
}
