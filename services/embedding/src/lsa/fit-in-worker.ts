import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { ShopkeeperError, type ProductContent } from '@shopkeeper/contracts';
import type { FitAnswer, FitRequest } from './fit-worker.js';

export interface FitProduct {
  readonly productId: string;
  readonly contentHash: string;
  readonly content: ProductContent;
}

export interface Fit {
  readonly modelId: string;
  readonly artifact: Uint8Array;
  readonly dimensions: number;
  /** Products it was made from. */
  readonly documents: number;
  /** The vector of a product as it was when it was read; `undefined` when it is another one by now, `null` when it has none. */
  vectorOf(productId: string, contentHash: string): Float32Array | null | undefined;
}

const ENTRY = import.meta.url.endsWith('.ts') ? './fit-worker-from-source.mjs' : './fit-worker.js';

/**
 * Fits the default encoder on these products in a thread of its own, and encodes them there. Answers `null` when there are none.
 * @throws what `products` throws, or INTERNAL when the worker fails; the signal's reason when aborted
 */
export async function fitInWorker(
  products: AsyncIterable<readonly FitProduct[]>,
  options: { readonly seed: number; readonly dimensions: number; readonly signal: AbortSignal },
): Promise<Fit | null> {
  const { seed, dimensions, signal } = options;
  const rows = new Map<string, { row: number; contentHash: string }>();
  const worker = new Worker(new URL(ENTRY, import.meta.url), { name: 'encoder-fit', execArgv: [] });
  const answered = answerOf(worker, signal);
  // Whoever waits for it may come later than the failure.
  answered.catch(() => undefined);
  const send = (request: FitRequest) => worker.postMessage(request);
  try {
    for await (const page of products) {
      signal.throwIfAborted();
      for (const { productId, contentHash } of page) rows.set(productId, { row: rows.size, contentHash });
      send({ contents: page.map(({ content }) => content) });
      await nextTurn();
    }
    if (rows.size === 0) return null;
    send({ seed, dimensions });
    return fitOf(await answered, rows);
  } finally {
    await worker.terminate();
  }
}

function answerOf(worker: Worker, signal: AbortSignal): Promise<FitAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (detail: string, cause?: unknown) =>
      reject(new ShopkeeperError('INTERNAL', `Fitting the encoder failed: ${detail}`, { cause }));
    worker.once('message', resolve);
    worker.once('error', (error) => fail(error instanceof Error ? error.message : String(error), error));
    worker.once('exit', (code) => fail(`the thread ended with code ${code}`));
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

const fitOf = (
  { modelId, artifact, dimensions, vectors }: FitAnswer,
  rows: ReadonlyMap<string, { row: number; contentHash: string }>,
): Fit => ({
  modelId,
  artifact,
  dimensions,
  documents: rows.size,
  vectorOf(productId, contentHash) {
    const known = rows.get(productId);
    if (known?.contentHash !== contentHash) return undefined;
    const vector = vectors.subarray(known.row * dimensions, (known.row + 1) * dimensions);
    return vector.some((value) => value !== 0) ? vector : null;
  },
});
