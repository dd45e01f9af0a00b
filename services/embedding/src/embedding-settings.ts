/** How the default encoder is fitted. */
export class EmbeddingSettings {
  /** Of the vectors, at most. */
  readonly dimensions: number = 128;
  readonly seed: number = 1;
  /** A fit waits for so many milliseconds without news of the catalogue: more than a bulk import ever pauses ... */
  readonly quietMs: number = 1200;
  /** ... but no longer than this. */
  readonly longestMs: number = 20_000;

  constructor(over: Partial<EmbeddingSettings> = {}) {
    Object.assign(this, over);
  }
}
