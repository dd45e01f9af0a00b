import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import type { ProductContent } from '@shopkeeper/contracts';
import {
  encode,
  fitEncoder,
  modelIdOf,
  productText,
  serializeEncoder,
  type EncoderText,
} from '@shopkeeper/recommender';

/** To the worker: pages of contents, then what to make of them. */
export type FitRequest =
  { readonly contents: readonly ProductContent[] } | { readonly seed: number; readonly dimensions: number };

/** From the worker: the model, and the vectors of the contents in the order they came. */
export interface FitAnswer {
  readonly modelId: string;
  readonly artifact: Uint8Array;
  readonly dimensions: number;
  /** One row per content; zeros where the model knows nothing of it. */
  readonly vectors: Float32Array;
}

// On Linux a thread has a priority of its own: answers to shoppers go before the fit. Elsewhere it would slow down the whole process.
if (process.platform === 'linux') setPriority(10);

const texts: EncoderText[] = [];

parentPort?.on('message', (request: FitRequest) => {
  if ('contents' in request) texts.push(...request.contents.map(productText));
  else answer(request);
});

function answer(options: { seed: number; dimensions: number }): void {
  const model = fitEncoder(texts, options);
  const { dimensions } = model;
  const vectors = new Float32Array(texts.length * dimensions);
  texts.forEach((text, row) => vectors.set(encode(model, text) ?? [], row * dimensions));
  const artifact = serializeEncoder(model);
  const message: FitAnswer = { modelId: modelIdOf(artifact), artifact, dimensions, vectors };
  parentPort?.postMessage(message, [artifact.buffer as ArrayBuffer, vectors.buffer]);
}
