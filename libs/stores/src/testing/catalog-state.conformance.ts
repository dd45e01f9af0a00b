import { A_MOMENT, aContent } from '@shopkeeper/contracts/testing';
import type { ProductState } from '@shopkeeper/recommender';
import { expect, it } from 'vitest';
import type { CatalogState } from '../catalog-state.js';
import { aProductState } from './builders.js';
import { freshStore, type Opened } from './fixture.js';

/** What every CatalogState does. */
export function catalogStateConformance(open: () => Promise<Opened<CatalogState>>): void {
  const catalog = freshStore(open);
  const writeNew = (...states: ProductState[]) => catalog().write(states.map((state) => ({ state, expected: null })));
  const readOne = async (id: string) => (await catalog().read([id])).get(id);

  it('is empty at first', async () => {
    expect(await catalog().read(['p-1'])).toEqual(new Map());
    expect(await catalog().resolveSkus(['p-1'])).toEqual(new Map());
    expect(await catalog().count()).toBe(0);
    expect(await collect(catalog().scan())).toEqual([]);
    expect(await catalog().write([])).toEqual([]);
  });

  it('reads what was just written, whole', async () => {
    const state = aProductState({ productId: 'p-1', variants: { 'p-1-ü "m"': {}, 'p-1-l': {} } });
    expect(await writeNew(state)).toEqual(['written']);
    const found = await catalog().read(['p-1', 'p-2']);
    expect([...found.keys()]).toEqual(['p-1']);
    expect(found.get('p-1')?.state).toEqual(state);
    expect(found.get('p-1')?.version).toEqual(expect.any(String));
  });

  it('writes on the version that was read, once', async () => {
    await writeNew(aProductState());
    const { version } = (await readOne('p-1'))!;
    const second = aProductState({ revision: 2 });
    expect(await catalog().write([{ state: second, expected: version }])).toEqual(['written']);
    expect(await catalog().write([{ state: aProductState({ revision: 3 }), expected: version }])).toEqual(['conflict']);
    expect((await readOne('p-1'))?.state).toEqual(second);
  });

  it('does not create what is there, nor change what is not', async () => {
    await writeNew(aProductState());
    const { version } = (await readOne('p-1'))!;
    expect(await writeNew(aProductState({ revision: 9 }))).toEqual(['conflict']);
    expect(await catalog().write([{ state: aProductState({ productId: 'p-2' }), expected: version }])).toEqual([
      'conflict',
    ]);
    expect((await readOne('p-1'))?.state.revision).toBe(1);
  });

  it('answers each write of a batch by itself', async () => {
    await writeNew(aProductState({ productId: 'p-2' }));
    expect(await writeNew(...['p-1', 'p-2', 'p-3'].map((productId) => aProductState({ productId })))).toEqual([
      'written',
      'conflict',
      'written',
    ]);
    expect(await catalog().count()).toBe(3);
  });

  it('lets exactly one of many writers win', async () => {
    await writeNew(aProductState());
    const { version } = (await readOne('p-1'))!;
    const tries = Array.from({ length: 8 }, (_, n) =>
      catalog().write([{ state: aProductState({ revision: n + 2 }), expected: version }]),
    );
    const outcomes = (await Promise.all(tries)).flat();
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
    expect((await readOne('p-1'))?.state.revision).toBe(outcomes.indexOf('written') + 2);
  });

  it('knows a sku as soon as its product is written, and forgets it with it', async () => {
    const content = aContent({ variants: [{ sku: 'red-m' }, { sku: 'red-l' }] });
    const state = aProductState({ variants: { 'red-m': {} }, content: { observedAt: A_MOMENT, value: content } });
    await writeNew(state);
    const resolve = () => catalog().resolveSkus(['red-m', 'red-l', 'p-1', 'blue']);
    expect(await resolve()).toEqual(new Map([['red-m', 'p-1'], ['red-l', 'p-1']])); // prettier-ignore
    const { version } = (await readOne('p-1'))!;
    const fewer = { ...state, content: { observedAt: A_MOMENT, value: aContent({ variants: [{ sku: 'red-m' }] }) } };
    await catalog().write([{ state: fewer, expected: version }]);
    expect(await resolve()).toEqual(new Map([['red-m', 'p-1']]));
    await catalog().purge(['p-1']);
    expect(await resolve()).toEqual(new Map());
  });

  it('takes the product id for the sku where there are no variants', async () => {
    await writeNew(aProductState({ variants: {} }));
    expect(await catalog().resolveSkus(['p-1'])).toEqual(new Map([['p-1', 'p-1']]));
  });

  it('gives a sku to the product with content, however they came in', async () => {
    const orphan = aProductState({ productId: 'a-orphan', content: null, variants: { shared: {} } });
    const whole = aProductState({ productId: 'whole', variants: { shared: {} } });
    await writeNew(orphan);
    expect(await catalog().resolveSkus(['shared'])).toEqual(new Map([['shared', 'a-orphan']]));
    await writeNew(whole);
    expect(await catalog().resolveSkus(['shared'])).toEqual(new Map([['shared', 'whole']]));
    const { version } = (await readOne('a-orphan'))!;
    await catalog().write([{ state: { ...orphan, revision: 2 }, expected: version }]);
    expect(await catalog().resolveSkus(['shared'])).toEqual(new Map([['shared', 'whole']]));
    await catalog().purge(['whole']);
    expect(await catalog().resolveSkus(['shared'])).toEqual(new Map([['shared', 'a-orphan']]));
  });

  it('scans all products by id in pages, removed ones too', async () => {
    const ids = ['a', 'B', 'b', 'c', 'é', 'Z'];
    const removal = { observedAt: A_MOMENT, value: true } as const;
    await writeNew(
      ...ids.map((productId) => aProductState({ productId, removal: productId === 'c' ? removal : null })),
    );
    const pages = await collect(catalog().scan(4));
    expect(pages.map((page) => page.length)).toEqual([4, 2]);
    expect(pages.flat().map(({ productId }) => productId)).toEqual([...ids].sort());
  });

  it('forgets a purged product, and a version of its former life is no good', async () => {
    await writeNew(aProductState());
    const { version } = (await readOne('p-1'))!;
    await catalog().purge(['p-1', 'unknown']);
    await catalog().purge(['p-1']);
    expect(await readOne('p-1')).toBeUndefined();
    expect(await catalog().count()).toBe(0);
    expect(await writeNew(aProductState())).toEqual(['written']);
    expect(await catalog().write([{ state: aProductState({ revision: 2 }), expected: version }])).toEqual(['conflict']);
  });
}

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}
