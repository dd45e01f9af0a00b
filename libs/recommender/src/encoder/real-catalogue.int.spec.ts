import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { ProductContent } from '@shopkeeper/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { fitEncoder } from './fit.js';
import { encode, type EncoderModel } from './model.js';
import { productText } from './product-text.js';

// The Icecat products of the Chorus project (Open Content License) are not part of this repository.
const FOLDER = process.env['REAL_DATA'] ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const PRODUCTS = `${FOLDER}/chorus-icecat/products.jsonl.gz`;
const COUNT = 5000;

type Row = Readonly<Record<string, string | number | boolean>>;

function catalogue(): ProductContent[] {
  const lines = gunzipSync(readFileSync(PRODUCTS)).toString('utf8').split('\n').slice(0, COUNT);
  return lines.map((line) => {
    const row = JSON.parse(line) as Row;
    const attributes = Object.entries(row).filter(([name]) => name.startsWith('attr_'));
    return ProductContent.parse({
      title: row['title'],
      description: row['short_description'],
      brand: row['supplier'],
      attributes: Object.fromEntries(
        attributes.map(([name, value]) => [name.slice(7), typeof value === 'string' ? value.slice(0, 1000) : value]),
      ),
    });
  });
}

describe.skipIf(!existsSync(PRODUCTS))('on 5,000 real products of an electronics store', () => {
  let contents: ProductContent[];
  let model: EncoderModel;
  let vectors: (Float32Array | null)[];
  let seconds: number;
  beforeAll(() => {
    contents = catalogue();
    const texts = contents.map(productText);
    const started = performance.now();
    model = fitEncoder(texts, { seed: 1 });
    seconds = (performance.now() - started) / 1000;
    vectors = texts.map((text) => encode(model, text));
  });
  const nearest = (i: number, k: number): ProductContent[] =>
    vectors
      .map((vector, j) => ({ j, score: vector ? vectors[i]!.reduce((sum, x, at) => sum + x * vector[at]!, 0) : -1 }))
      .filter(({ j }) => j !== i)
      .sort((a, b) => b.score - a.score)
      .slice(0, k)
      .map(({ j }) => contents[j]!);

  it.each([
    ['a toner cartridge', 'Xerox 006R90321 toner', /toner|ink cartridge/i],
    ['a monitor cable', 'StarTech.com 15 ft Coax', /VGA.*cable/i],
    ['a privacy filter', 'Kensington K58350WW', /privacy filter/i],
    ['a printer service contract', 'HP 3y nbd exch OJ pro printer', /exch|svc|printer/i],
    ['a motherboard', 'MSI P965 Platinum', /socket|LGA|motherboard|ATX/i],
  ])('%s has neighbours of its kind', (_kind, title, kind) => {
    const i = contents.findIndex((content) => content.title.startsWith(title));
    const found = nearest(i, 5).map((content) => content.title);
    console.log(`${contents[i]!.title}\n${found.map((each) => `   ${each}`).join('\n')}`);
    expect(found.filter((each) => kind.test(each)).length).toBeGreaterThanOrEqual(4);
  });

  it('gives a vector to every product', () => {
    expect(vectors.filter((vector) => vector === null)).toHaveLength(0);
    console.log(`fitted in ${seconds.toFixed(1)} s, ${model.dimensions} dimensions, ${model.features.size} features`);
  });
});
