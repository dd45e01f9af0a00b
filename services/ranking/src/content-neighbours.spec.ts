import { aProduct } from '@shopkeeper/contracts/testing';
import { createLogger } from '@shopkeeper/platform';
import { Shelf } from '@shopkeeper/recommender';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ContentNeighbours, NEIGHBOURS } from './content-neighbours.js';
import { FakeVectors } from './testing/fakes.js';

let shelf: Shelf;
let vectors: FakeVectors;
let neighbours: ContentNeighbours;
beforeEach(() => {
  vi.useFakeTimers();
  shelf = new Shelf();
  for (const productId of ['p-1', 'p-2', 'p-3']) shelf.applyProduct(aProduct({ productId }));
  vectors = new FakeVectors();
  vectors.near.set('p-1', [{ productId: 'p-2', score: 0.9 }]);
  neighbours = new ContentNeighbours(shelf, vectors, createLogger({ service: 'ranking', level: 'silent' }));
});
afterEach(() => void vi.useRealTimers());

async function ask(...productIds: string[]) {
  const asked = neighbours.of(productIds.map((id) => shelf.find(id)));
  await vi.advanceTimersByTimeAsync(60);
  const { rows, whole } = await asked;
  const near = [...rows].map(([product, row]) => [shelf.id(product), [...row.products].map((each) => shelf.id(each))]);
  return { near: Object.fromEntries(near) as Record<string, string[]>, whole };
}

describe('ContentNeighbours', () => {
  it('asks once and keeps the answer for some seconds', async () => {
    expect(await ask('p-1')).toEqual({ near: { 'p-1': ['p-2'] }, whole: true });
    await ask('p-1');
    expect(vectors.searching.asked).toBe(1);
  });

  it('asks again behind the request when the answer has aged', async () => {
    await ask('p-1');
    vectors.near.set('p-1', [{ productId: 'p-3', score: 0.8 }]);
    await vi.advanceTimersByTimeAsync(NEIGHBOURS.freshMs);
    expect((await ask('p-1')).near).toEqual({ 'p-1': ['p-2'] });
    expect((await ask('p-1')).near).toEqual({ 'p-1': ['p-3'] });
  });

  it('soon asks again for a product without a vector', async () => {
    expect(await ask('p-3')).toEqual({ near: { 'p-3': [] }, whole: true });
    vectors.near.set('p-3', [{ productId: 'p-1', score: 0.7 }]);
    await vi.advanceTimersByTimeAsync(NEIGHBOURS.emptyMs);
    expect((await ask('p-3')).near).toEqual({ 'p-3': ['p-1'] });
  });

  it('goes on without what is late; it is there the next time', async () => {
    vectors.searching.delayMs = 40;
    const asked = neighbours.of([shelf.find('p-1')]);
    await vi.advanceTimersByTimeAsync(NEIGHBOURS.deadlineMs);
    expect(await asked).toMatchObject({ whole: false });
    await vi.advanceTimersByTimeAsync(40);
    expect(await ask('p-1')).toEqual({ near: { 'p-1': ['p-2'] }, whole: true });
    expect(vectors.searching.asked).toBe(1);
  });

  it('leaves an index that fails alone for a second', async () => {
    vectors.searching.failing = true;
    expect(await ask('p-1')).toEqual({ near: {}, whole: false });
    await ask('p-1', 'p-2');
    expect(vectors.searching.asked).toBe(1);
    vectors.searching.failing = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(await ask('p-1')).toMatchObject({ whole: true });
  });

  it('asks nothing for nothing', async () => {
    expect(await ask()).toEqual({ near: {}, whole: true });
    expect(vectors.searching.asked).toBe(0);
  });
});
