import type { ProductContent } from '@shopkeeper/contracts';
import { describe, expect, it } from 'vitest';
import { fitEncoder } from './fit.js';
import { deserializeEncoder, encode, modelIdOf, serializeEncoder, type EncoderModel } from './model.js';
import { productText, queryText, type EncoderText } from './product-text.js';

const KINDS = [
  [
    'garden/hand-tools',
    'Fernhill',
    ['trowel', 'hand fork', 'weeder', 'dibber', 'bulb planter'],
    'steel for soil and beds',
  ],
  [
    'kitchen/baking',
    'Millstone',
    ['cake tin', 'rolling pin', 'whisk', 'pastry brush', 'sieve'],
    'for dough and the oven',
  ],
  [
    'bath/towels',
    'Loomworks',
    ['bath towel', 'hand towel', 'bath mat', 'face cloth', 'bath robe'],
    'soft washed cotton',
  ],
] as const;
const COLOURS = ['red', 'green', 'blue', 'grey'];

const shop = KINDS.flatMap(([category, brand, things, description]) =>
  things.flatMap((thing) =>
    COLOURS.map((colour): ProductContent => ({
      title: `${brand} ${thing} ${colour}`,
      description: `A ${thing}, ${description}`,
      brand,
      categories: [category],
      attributes: { colour },
    })),
  ),
);
const texts = shop.map(productText);
const model = fitEncoder(texts, { dimensions: 16, seed: 1 });

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const nearest = (using: EncoderModel, text: EncoderText, from: readonly EncoderText[], k: number): number[] => {
  const vector = encode(using, text)!;
  return from
    .map((other, i) => [i, dot(vector, encode(using, other)!)] as const)
    .sort(([, a], [, b]) => b - a)
    .slice(0, k)
    .map(([i]) => i);
};

describe('the default encoder', () => {
  it('puts things of a kind near each other', () => {
    texts.forEach((text, i) => {
      const neighbours = nearest(model, text, texts, 6).filter((j) => j !== i);
      expect(neighbours.filter((j) => shop[j]!.categories[0] === shop[i]!.categories[0]).length).toBeGreaterThanOrEqual(
        4,
      );
    });
  });

  it('finds the same thing in other colours first', () => {
    const fork = shop.findIndex(({ title }) => title.includes('hand fork'));
    const found = nearest(model, texts[fork]!, texts, 4).map((i) => shop[i]!.title);
    expect(found.every((title) => title.includes('hand fork'))).toBe(true);
  });

  it('reads queries, also misspelt ones', () => {
    expect(shop[nearest(model, queryText('rolling pins'), texts, 1)[0]!]!.title).toContain('rolling pin');
    expect(shop[nearest(model, queryText('trowell'), texts, 1)[0]!]!.title).toContain('trowel');
  });

  it('folds in a product it was not fitted on', () => {
    const added = productText({
      title: 'Fernhill soil rake',
      description: 'steel, for beds',
      brand: 'Fernhill',
      categories: [],
    });
    const kinds = nearest(model, added, texts, 5).map((i) => shop[i]!.categories[0]);
    expect(kinds.filter((kind) => kind === 'garden/hand-tools').length).toBeGreaterThanOrEqual(3);
  });

  it('gives unit vectors, and none for words it does not know', () => {
    for (const text of texts) expect(dot(encode(model, text)!, encode(model, text)!)).toBeCloseTo(1, 5);
    expect(encode(model, queryText('zzyzx'))).toBeNull();
    expect(encode(model, queryText(''))).toBeNull();
  });

  it('finds nothing alike in words that only join others', () => {
    expect(encode(model, queryText('for and the'))).toBeNull();
    expect(encode(model, queryText('trowel and weeder'))).toEqual(encode(model, queryText('trowel weeder')));
  });

  it('is the same for the same texts and seed, to the byte', () => {
    const again = fitEncoder(texts, { dimensions: 16, seed: 1 });
    expect(modelIdOf(serializeEncoder(again))).toBe(modelIdOf(serializeEncoder(model)));
    const other = fitEncoder(texts, { dimensions: 15, seed: 1 });
    expect(modelIdOf(serializeEncoder(other))).not.toBe(modelIdOf(serializeEncoder(model)));
  });

  it.each([1, 2, 3, 10])('works for a shop of %i products', (size) => {
    const few = texts.filter((_, i) => i % 4 === 0).slice(0, size);
    const small = fitEncoder(few, { seed: 1 });
    expect(small.documents).toBe(size);
    expect(small.dimensions).toBeLessThanOrEqual(size);
    few.forEach((text, i) => expect(nearest(small, text, few, 1)).toEqual([i]));
  });

  it.each([
    ['no texts', []],
    ['texts that say nothing', [queryText(''), queryText('...')]],
  ])('is a model that knows nothing when there are %s', (_case, nothing) => {
    const empty = fitEncoder(nothing, { seed: 1 });
    expect(encode(empty, queryText('trowel'))).toBeNull();
    expect(encode(deserializeEncoder(serializeEncoder(empty)), queryText('trowel'))).toBeNull();
  });
});

describe('the artifact', () => {
  const bytes = serializeEncoder(model);

  it('comes back as the same model, from any place in a buffer', () => {
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    for (const copy of [bytes, shifted.subarray(1), Buffer.from(shifted).subarray(1)]) {
      const read = deserializeEncoder(copy);
      expect(read).toMatchObject({ dimensions: model.dimensions, documents: model.documents });
      expect(encode(read, texts[0]!)).toEqual(encode(model, texts[0]!));
    }
  });

  it.each([
    ['cut off', bytes.subarray(0, bytes.length - 4)],
    ['empty', new Uint8Array()],
    ['something else', new Uint8Array(64).fill(7)],
  ])('is refused when %s', (_case, broken) => {
    expect(() => deserializeEncoder(broken)).toThrow(/not an encoder model/);
  });
});
