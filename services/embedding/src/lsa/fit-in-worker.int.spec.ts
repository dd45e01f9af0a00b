import { aContent } from '@shopkeeper/contracts/testing';
import { describe, expect, it } from 'vitest';
import { fitInWorker, type FitProduct } from './fit-in-worker.js';
import { LsaEncoder } from './lsa-encoder.js';

const product = (n: number): FitProduct => ({
  productId: `p-${n}`,
  contentHash: `hash-${n}`,
  content: aContent({ title: n % 2 ? `Garden trowel ${n}` : `Rolling pin ${n}`, brand: `Brand ${n % 5}` }),
});
async function* pages(count: number, size = 50): AsyncIterable<FitProduct[]> {
  for (let from = 0; from < count; from += size)
    yield Array.from({ length: Math.min(size, count - from) }, (_, i) => product(from + i));
}
const options = { seed: 1, dimensions: 16, signal: new AbortController().signal };

describe('fitInWorker', () => {
  it('answers the model and the vectors that it gives', async () => {
    const fit = (await fitInWorker(pages(120), options))!;
    expect(fit).toMatchObject({ documents: 120, dimensions: 16 });
    const encoder = new LsaEncoder('m', fit.artifact);
    const [vector] = await encoder.encode([product(7).content]);
    expect(fit.vectorOf('p-7', 'hash-7')).toEqual(vector);
    expect(fit.vectorOf('p-7', 'another hash')).toBeUndefined();
    expect(fit.vectorOf('p-999', 'hash-7')).toBeUndefined();
  });

  it('does not hold up the event loop', async () => {
    let longest = 0;
    let last = performance.now();
    const watch = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    const started = performance.now();
    await fitInWorker(pages(3000), { ...options, dimensions: 64 });
    const took = performance.now() - started;
    clearInterval(watch);
    // As a share, because a busy machine holds up everything: fitted here, it would be nearly all of the time.
    expect(longest).toBeLessThan(took / 2);
  });

  it('answers nothing for no products', async () => {
    expect(await fitInWorker(pages(0), options)).toBeNull();
  });

  it('stops when told to', async () => {
    const closing = new AbortController();
    const fit = fitInWorker(pages(3000), { ...options, signal: closing.signal });
    closing.abort(new Error('closing'));
    await expect(fit).rejects.toThrow('closing');
  });

  it('hands on what its source throws', async () => {
    async function* broken(): AsyncIterable<FitProduct[]> {
      yield [product(1)];
      throw new Error('the store is gone');
    }
    await expect(fitInWorker(broken(), options)).rejects.toThrow('the store is gone');
  });
});
