import { aContent, aProduct, aSignal } from '@shopkeeper/contracts/testing';
import type { SignalRecorded } from '@shopkeeper/contracts';
import { describe, expect, it } from 'vitest';
import { SnapshotUnreadable } from './bytes.js';
import { LearningModel } from './learning-model.js';
import { LEARNING_DEFAULTS } from './learning-settings.js';

const RULE = { minShare: 0.05, maxAgeMs: 30_000 };
const view = (sessionId: string, seq: number, productId: string, over: Partial<SignalRecorded> = {}): SignalRecorded =>
  aSignal({ sessionId, seq, items: [{ productId }], ...over });
const order = (orderId: string, products: readonly string[], over: Partial<SignalRecorded> = {}): SignalRecorded =>
  aSignal({
    sessionId: `of-${orderId}`,
    kind: 'order',
    weight: 6,
    orderId,
    items: products.map((productId) => ({ productId })),
    ...over,
  });
const place = (model: LearningModel, productId: string, category: string): boolean =>
  model.foldProduct(productId, aProduct({ productId, content: aContent({ categories: [category] }) }));
const bytesOf = (model: LearningModel): Uint8Array => {
  const steps = model.snapshot();
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
};
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b);
/** The same signals on every run: a shop of 300 products, sessions, carts, orders and returns. */
function* traffic(signals: number, seed = 7): Generator<SignalRecorded> {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const seqs = new Map<string, number>();
  for (let i = 0; i < signals; i += 1) {
    const sessionId = `s-${Math.floor(i / 200)}-${next(30)}`;
    const seq = (seqs.get(sessionId) ?? 0) + 1;
    seqs.set(sessionId, seq);
    const occurredAt = new Date(Date.UTC(2025, 0, 1) + i * 600_000).toISOString();
    const product = () => `p-${next(next(300) + 1)}`;
    const roll = next(100);
    if (roll < 80) yield view(sessionId, seq, product(), { occurredAt });
    else if (roll < 88) yield view(sessionId, seq, product(), { kind: 'cart-add', weight: 3, occurredAt });
    else if (roll < 91) yield view(sessionId, seq, product(), { kind: 'cart-remove', weight: -1.5, occurredAt });
    else if (roll < 98)
      yield order(`o-${i}`, Array.from({ length: 1 + next(5) }, product), { sessionId, seq, occurredAt });
    else
      yield order(`o-${i - next(40)}`, [product(), product()], {
        sessionId,
        seq,
        occurredAt,
        kind: 'return',
        weight: -6,
      });
  }
}

describe('LearningModel', () => {
  it('learns co-visits from views', () => {
    const model = new LearningModel();
    model.fold(view('a', 1, 'p-1'));
    model.fold(view('a', 2, 'p-2'));
    expect(model.row('covisit', 'p-1')).toEqual({
      generator: 'covisit',
      subject: 'p-1',
      products: ['p-2'],
      scores: [1],
    });
    expect(model.row('transition', 'p-2').products).toEqual(['p-1']);
    expect(model.row('covisit', 'p-9').products).toEqual([]);
    expect(model.signals).toBe(2);
  });

  it('folds a signal once, however often it is delivered', () => {
    const model = new LearningModel();
    expect(model.fold(view('a', 1, 'p-1'))).toBe('folded');
    expect(model.fold(view('a', 1, 'p-1'))).toBe('duplicate');
    expect(model.signals).toBe(1);
  });

  it('learns nothing from a search, or from a deed of weight 0', () => {
    const model = new LearningModel();
    expect(model.fold(aSignal({ kind: 'search', items: [], weight: 0, query: 'trowel' }))).toBe('void');
    expect(model.fold(view('b', 1, 'p-1', { weight: 0 }))).toBe('void');
    model.fold(view('b', 2, 'p-2'));
    expect(model.row('covisit', 'p-2').products).toEqual([]);
  });

  it('learns companions from orders, each order once', () => {
    const model = new LearningModel();
    for (let i = 0; i < 8; i += 1) model.fold(order(`o-${i}`, ['tea', 'pot', 'tea']));
    for (let i = 0; i < 40; i += 1) model.fold(order(`x-${i}`, ['cup', 'mat']));
    const before = model.row('bought-together', 'tea');
    expect(before.products).toEqual(['pot']);
    expect(model.fold(order('o-0', ['tea', 'pot'], { sessionId: 'reloaded-next-day' }))).toBe('duplicate');
    expect(model.row('bought-together', 'tea')).toEqual(before);
  });

  it('unlearns what is returned', () => {
    const model = new LearningModel();
    for (let i = 0; i < 4; i += 1) model.fold(order(`o-${i}`, ['tea', 'pot']));
    for (let i = 0; i < 40; i += 1) model.fold(order(`x-${i}`, ['cup', 'mat']));
    place(model, 'pot', 'kitchen');
    place(model, 'mat', 'kitchen');
    const back = { kind: 'return', weight: -6 } as const;
    for (let i = 0; i < 4; i += 1) model.fold(order(`o-${i}`, ['pot'], { ...back, sessionId: `r-${i}` }));
    expect(model.row('bought-together', 'tea').products).toEqual([]);
    expect(model.row('trend', 'kitchen').products).toEqual(['mat']);
    expect(model.fold(order('never-seen', ['pot'], { ...back, sessionId: 'r-9' }))).toBe('void');
    expect(model.fold(order('o-0', ['pot'], { ...back, sessionId: 'r-10' }))).toBe('void');
  });

  it('unlearns a return that came before its order, also after a restart', () => {
    const sold = order('o-1', ['tea', 'pot', 'lid']);
    const back = order('o-1', ['pot'], { kind: 'return', weight: -6, sessionId: 'r-1' });
    const learn = (...signals: SignalRecorded[]) => {
      let model = new LearningModel();
      for (const product of ['tea', 'pot', 'lid', 'cup', 'mat']) place(model, product, 'kitchen');
      for (let i = 0; i < 40; i += 1) model.fold(order(`x-${i}`, ['cup', 'mat']));
      for (const signal of signals) {
        model.fold(signal);
        model = LearningModel.restore(bytesOf(model));
      }
      return (['tea', 'pot', 'lid'] as const)
        .map((id) => model.row('bought-together', id))
        .concat(model.row('trend', 'kitchen'));
    };
    expect(learn(back, sold)).toEqual(learn(sold, back));
    expect(learn(back, sold)).not.toEqual(learn(sold));
  });

  it('counts purchases for the trend even of an order too large to make pairs', () => {
    const model = new LearningModel();
    const lines = Array.from({ length: 80 }, (_, i) => `p-${i}`);
    for (const line of lines) place(model, line, 'all');
    model.fold(order('o-1', lines));
    const { products, scores } = model.row('trend', 'all');
    expect(products).toHaveLength(80);
    expect(new Set(scores).size).toBe(1);
  });

  it('gives a product one vote per session for the trend', () => {
    const model = new LearningModel();
    place(model, 'p-1', 'garden');
    place(model, 'p-2', 'garden');
    for (let seq = 1; seq <= 50; seq += 1) model.fold(view('reloader', seq, 'p-1'));
    for (const session of ['a', 'b']) model.fold(view(session, 1, 'p-2'));
    expect(model.row('trend', 'garden').products).toEqual(['p-2', 'p-1']);
  });

  it('drops removed products from rows, and the rows of products that are gone for good', () => {
    const model = new LearningModel();
    for (const id of ['p-1', 'p-2', 'p-3']) place(model, id, 'garden');
    ['p-1', 'p-2', 'p-3'].forEach((id, i) => model.fold(view('a', i + 1, id)));
    model.foldProduct('p-2', aProduct({ productId: 'p-2', removed: true }));
    expect(model.row('covisit', 'p-1').products).toEqual(['p-3']);
    expect(model.row('covisit', 'p-2').products).toEqual(['p-1', 'p-3']);
    expect(model.row('trend', '*').products).toEqual(['p-1', 'p-3']);
    model.foldProduct('p-2', null);
    expect(model.row('covisit', 'p-2').products).toEqual([]);
    place(model, 'p-2', 'garden');
    expect(model.row('covisit', 'p-1').products).toEqual(['p-2', 'p-3']);
  });

  it('does not let invented ids fill the memory, but never refuses the catalogue', () => {
    const model = new LearningModel({ ...LEARNING_DEFAULTS, maxProducts: 10 });
    for (let i = 0; i < 100; i += 1) model.fold(view('bot', i + 1, `junk-${i}`));
    expect(model.sizes.products).toBe(10);
    place(model, 'real', 'garden');
    model.fold(view('a', 1, 'real'));
    expect(model.row('trend', 'garden').products).toEqual(['real']);
  });

  it('hands out what changed, most changed first, and takes it back after a failure', () => {
    const model = new LearningModel();
    for (const signal of traffic(3000)) model.fold(signal);
    const all = model.takeDirty(0, RULE, 100_000);
    expect(model.sizes.dirty).toBe(0);
    model.giveBack(all);
    const first = model.takeDirty(1, RULE, 10);
    expect(first).toHaveLength(10);
    expect(model.sizes.dirty).toBe(all.length - 10);
    model.takeDirty(2, RULE, 100_000);
    const occurredAt = new Date(model.latestAt).toISOString();
    model.fold(view('quiet', 1, 'p-0', { occurredAt }));
    model.fold(view('quiet', 2, 'new-product', { occurredAt }));
    // The busy row of p-0 hardly changed; that of the new product is all new.
    const parts = model.takeDirty(3, RULE, 100);
    const covisits = parts.filter(({ part }) => part === 'covisits').flatMap((part) => model.rowsOf(part));
    expect(covisits.map(({ subject }) => subject)).toEqual(['new-product', 'new-product']);
    expect(model.takeDirty(30_003, RULE, 100).map(({ part }) => part)).toContain('covisits');
  });

  it('publishes scores that fall, are above 0 and short', () => {
    const model = new LearningModel();
    for (const signal of traffic(5000)) model.fold(signal);
    for (const part of model.takeDirty(0, RULE, 100_000))
      for (const { products, scores } of model.rowsOf(part)) {
        expect(products).toHaveLength(scores.length);
        expect(products.length).toBeLessThanOrEqual(100);
        expect(scores.every((score, i) => score > 0 && (i === 0 || score <= (scores[i - 1] as number)))).toBe(true);
        expect(JSON.stringify(scores).length).toBeLessThan(12 * scores.length + 3);
      }
  });

  it('names its state by the signals folded', () => {
    const model = new LearningModel();
    for (const signal of traffic(50)) model.fold(signal);
    expect(model.epoch).toBe('learning-1-50');
  });
});

describe('a snapshot of LearningModel', () => {
  it('goes on exactly as the model would have', () => {
    const signals = [...traffic(20_000)];
    const straight = new LearningModel();
    const broken = new LearningModel();
    for (const model of [straight, broken])
      for (let i = 0; i < 200; i += 1) place(model, `p-${i}`, `c-${i % 5}/d-${i % 20}`);
    for (const model of [straight, broken]) {
      for (const signal of signals.slice(0, 12_000)) model.fold(signal);
      model.foldProduct('p-3', null);
      model.takeDirty(0, RULE, 200);
    }
    const bytes = bytesOf(broken);
    const restored = LearningModel.restore(bytes);
    expect(same(bytesOf(restored), bytes)).toBe(true);
    expect(restored.sizes).toEqual(broken.sizes);
    for (const model of [straight, restored]) for (const signal of signals.slice(12_000)) model.fold(signal);
    expect(same(bytesOf(restored), bytesOf(straight))).toBe(true);
    const parts = straight.takeDirty(5, RULE, 100_000);
    expect(parts.length).toBeGreaterThan(200);
    expect(restored.takeDirty(5, RULE, 100_000)).toEqual(parts);
    for (const part of parts) expect(restored.rowsOf(part)).toEqual(straight.rowsOf(part));
  });

  it('still knows which signals it has', () => {
    const model = new LearningModel();
    model.fold(view('a', 4, 'p-1'));
    expect(LearningModel.restore(bytesOf(model)).fold(view('a', 4, 'p-1'))).toBe('duplicate');
  });

  it('is refused when it was made with other settings, or is damaged', () => {
    const model = new LearningModel();
    for (const signal of traffic(500)) model.fold(signal);
    const bytes = bytesOf(model);
    const other = { ...LEARNING_DEFAULTS, covisitTauMs: 1000 };
    expect(() => LearningModel.restore(bytes, other)).toThrow(SnapshotUnreadable);
    expect(() => LearningModel.restore(bytes.slice(0, -9))).toThrow(SnapshotUnreadable);
    expect(() => LearningModel.restore(new Uint8Array(0))).toThrow(SnapshotUnreadable);
    const flipped = bytes.slice();
    flipped[bytes.length >> 1] = (flipped[bytes.length >> 1] as number) ^ 1;
    expect(() => LearningModel.restore(flipped)).toThrow(SnapshotUnreadable);
  });
});
