import { type CatalogCommand, ContentObserved, OfferObserved, RemovalObserved } from '@shopkeeper/contracts';
import { aContent } from '@shopkeeper/contracts/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adoptSku, applyCommand, applyContent, applyOffer, applyRemoval, isOrphan, releaseSku } from './apply.js';
import { isRemoved, type ProductState } from './product-state.js';
import { toOffer } from './views.js';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 15, 12, minute)).toISOString();
const content = (minute: number, title = 'Trowel') => ({
  productId: 'p-1',
  observedAt: at(minute),
  content: aContent({ title }),
});
const offer = (minute: number, change: OfferObserved['offer'], sku?: string): OfferObserved => ({
  productId: 'p-1',
  ...(sku && { sku }),
  observedAt: at(minute),
  offer: change,
});
const removal = (minute: number) => ({ productId: 'p-1', observedAt: at(minute) });

describe('content', () => {
  it('makes a product at its first sight', () => {
    const state = applyContent(null, content(1));
    expect(state).toMatchObject({ productId: 'p-1', revision: 1, firstSeenAt: at(1) });
    expect(state.content?.value.title).toBe('Trowel');
    expect(state.contentHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('loses against newer content and answers the same object', () => {
    const state = applyContent(null, content(2, 'new'));
    const older = applyContent({ ...state, firstSeenAt: at(0) }, content(1, 'old'));
    expect(older.content?.value.title).toBe('new');
    const seenTwice = applyContent(older, content(1, 'old'));
    expect(seenTwice).toBe(older);
  });

  it('changes its hash exactly with the content, whatever the order of fields', () => {
    const state = applyContent(null, content(1));
    const { title, ...rest } = aContent({ title: 'Trowel' });
    const again = applyContent(state, { productId: 'p-1', observedAt: at(5), content: { ...rest, title } });
    expect(again.contentHash).toBe(state.contentHash);
    expect(again.revision).toBe(2);
    expect(applyContent(again, content(6, 'Spade')).contentHash).not.toBe(state.contentHash);
  });

  it('compares moments, not texts', () => {
    const state = applyContent(null, {
      ...content(0, 'noon in Berlin'),
      observedAt: '2026-01-15T12:00:00+01:00',
    });
    const later = applyContent(state, { ...content(0, 'half past'), observedAt: '2026-01-15T11:30:00Z' });
    expect(later.content?.value.title).toBe('half past');
    const same = applyContent(later, { ...content(0, 'half past'), observedAt: '2026-01-15T12:30:00.000+01:00' });
    expect(same).toBe(later);
  });

  it('refuses a moment that is none', () => {
    expect(() => applyContent(null, { ...content(0), observedAt: 'yesterday' })).toThrow(/not a moment/);
  });
});

describe('offers', () => {
  it('keeps what a change does not name', () => {
    const first = applyOffer(null, offer(1, { price: 10, currency: 'EUR', stock: 3 }));
    const second = applyOffer(first, offer(2, { stock: 2 }));
    expect(toOffer(second).offers).toEqual([
      { sku: 'p-1', price: 10, currency: 'EUR', stock: 2, availability: 'in_stock' },
    ]);
  });

  it('does not lose a price that news about the currency has overtaken', () => {
    const late = applyOffer(applyOffer(null, offer(2, { currency: 'EUR' })), offer(1, { price: 10 }));
    expect(toOffer(late).offers[0]).toMatchObject({ price: 10, currency: 'EUR' });
  });

  it('never lets an old feed revive what is sold out', () => {
    const soldOut = applyOffer(applyContent(null, content(0)), offer(10, { stock: 0 }));
    const feed = applyOffer(soldOut, offer(5, { price: 10, stock: 40, availability: 'in_stock' }));
    expect(toOffer(feed).offers[0]).toMatchObject({ price: 10, stock: 0 });
  });

  it('keeps the smaller stock of two of the same moment, whichever came first', () => {
    const [a, b] = [offer(1, { stock: 10 }), offer(1, { stock: 9 })];
    for (const [first, second] of [
      [a, b],
      [b, a],
    ] as const) {
      expect(toOffer(applyOffer(applyOffer(null, first), second)).offers[0]?.stock).toBe(9);
    }
  });

  it('counts oversold as none left', () => {
    expect(toOffer(applyOffer(null, offer(1, { stock: -4 }))).offers[0]?.stock).toBe(0);
  });

  it('takes skus that are also names of things every object has', () => {
    const state = applyOffer(
      applyOffer(null, offer(1, { stock: 2 }, '__proto__')),
      offer(1, { stock: 3 }, 'constructor'),
    );
    expect(toOffer(state).offers).toMatchObject([
      { sku: '__proto__', stock: 2 },
      { sku: 'constructor', stock: 3 },
    ]);
  });
});

describe('removal', () => {
  it('holds against older content and gives way to newer', () => {
    const gone = applyRemoval(applyContent(null, content(1)), removal(5));
    expect(isRemoved(gone)).toBe(true);
    expect(isRemoved(applyContent(gone, content(4)))).toBe(true);
    expect(isRemoved(applyContent(gone, content(6)))).toBe(false);
  });

  it('is remembered when it comes before the product', () => {
    expect(isRemoved(applyContent(applyRemoval(null, removal(5)), content(4)))).toBe(true);
  });
});

describe('a sku without a product', () => {
  const orphan = applyOffer(null, { sku: 's-1', observedAt: at(3), offer: { stock: 4, price: 9 } });

  it('is kept under its own name', () => {
    expect(orphan.productId).toBe('s-1');
    expect(isOrphan(orphan)).toBe(true);
  });

  it('moves into the product that turns out to list it', () => {
    const product = applyContent(null, {
      ...content(1),
      content: aContent({ variants: [{ sku: 's-1' }, { sku: 's-2' }] }),
    });
    const known = applyOffer(product, offer(4, { stock: 7 }, 's-1'));
    const adopted = adoptSku(known, 's-1', orphan.variants['s-1']!);
    expect(toOffer(adopted).offers[0]).toMatchObject({ sku: 's-1', price: 9, stock: 7 });
    expect(adoptSku(adopted, 's-1', orphan.variants['s-1']!)).toBe(adopted);

    const emptied = releaseSku(orphan, 's-1');
    expect(isRemoved(emptied)).toBe(true);
    expect(emptied.revision).toBe(2);
    expect(releaseSku(emptied, 's-1')).toBe(emptied);
  });
});

describe('any order', () => {
  const minute = fc.integer({ min: 0, max: 4 });
  const sku = fc.constantFrom('p-1', 'p-1-s', 'p-1-m', undefined);
  const change = fc
    .record(
      {
        price: fc.constantFrom(5, 10, 100),
        listPrice: fc.constantFrom(20, null),
        currency: fc.constantFrom('EUR', 'USD'),
        cost: fc.constantFrom(1, 2, null),
        stock: fc.constantFrom(-1, 0, 9, 10, null),
        availability: fc.constantFrom('in_stock', 'out_of_stock', 'preorder', 'discontinued'),
      },
      { requiredKeys: [] },
    )
    .filter((fields) => Object.keys(fields).length > 0);
  const command: fc.Arbitrary<CatalogCommand> = fc.oneof(
    fc.tuple(minute, fc.constantFrom('a', 'b', 'c')).map(([time, title]) => ({
      event: ContentObserved,
      payload: content(time, title),
    })),
    fc.tuple(minute, change, sku).map(([time, fields, name]) => ({
      event: OfferObserved,
      payload: offer(time, fields as OfferObserved['offer'], name),
    })),
    minute.map((time) => ({ event: RemovalObserved, payload: removal(time) })),
  );
  const fold = (commands: readonly CatalogCommand[]) =>
    commands.reduce<ProductState | null>((state, next) => applyCommand(state, next), null)!;
  const settled = (state: ProductState) => ({ ...state, revision: 0 });
  const shuffled = fc
    .array(command, { minLength: 1, maxLength: 14 })
    .chain((commands) =>
      fc.tuple(
        fc.constant(commands),
        fc.shuffledSubarray(commands, { minLength: commands.length, maxLength: commands.length }),
      ),
    );

  it('of the same news, with repetitions, ends in the same state', () => {
    fc.assert(
      fc.property(shuffled, ([commands, others]) => {
        expect(settled(fold([...others, ...others]))).toEqual(settled(fold(commands)));
      }),
      { numRuns: 500 },
    );
  });

  it('once known, changes nothing any more', () => {
    fc.assert(
      fc.property(shuffled, ([commands, others]) => {
        const state = fold(commands);
        expect(others.reduce<ProductState>((known, next) => applyCommand(known, next), state)).toBe(state);
      }),
    );
  });

  it('raises the revision by one exactly when something changes', () => {
    fc.assert(
      fc.property(shuffled, ([commands]) => {
        let state: ProductState | null = null;
        for (const next of commands) {
          const after: ProductState = applyCommand(state, next);
          expect(after.revision).toBe(after === state ? after.revision : (state?.revision ?? 0) + 1);
          state = after;
        }
      }),
    );
  });
});
