import type { ProductContent } from '@shopkeeper/contracts';

/** Turns what a product is into a vector. One object is one model; its vectors never mix with those of another. */
export abstract class Encoder {
  abstract readonly modelId: string;
  abstract readonly dimensions: number;
  /** A unit vector for each content, in order; `null` where the model knows nothing of what it says. Does not hold up the event loop. */
  abstract encode(contents: readonly ProductContent[]): Promise<readonly (Float32Array | null)[]>;
}
