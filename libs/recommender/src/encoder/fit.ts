import { featuresOf, featureWeight } from './features.js';
import type { Matrix, SparseMatrix } from './linear-algebra.js';
import type { EncoderModel } from './model.js';
import type { EncoderText } from './product-text.js';
import { rightSingularVectors } from './randomized-svd.js';

export interface FitOptions {
  /** Of the vectors, at most; a small catalogue has fewer. Default 128. */
  readonly dimensions?: number;
  /** The same texts in the same order and the same seed give the same model. */
  readonly seed: number;
  /** The most features that are told apart, default 20,000. */
  readonly maxFeatures?: number;
}

/** Below so many texts a feature seen once is kept: there is little else to go by. */
const SMALL = 200;

/**
 * Fits the default encoder on a store's own texts: TF-IDF over word stems, character n-grams and facts, then a truncated singular
 * value decomposition (latent semantic analysis; Deerwester et al., 1990). Seconds of work: not for the event loop.
 */
export function fitEncoder(texts: readonly EncoderText[], options: FitOptions): EncoderModel {
  const { documents, names } = count(texts);
  const chosen = choose(documents, names, texts.length, options.maxFeatures ?? 20_000);
  const idf = Float64Array.from(chosen, ({ df }) => Math.log((1 + texts.length) / (1 + df)) + 1);
  const weighted = weigh(documents, names, chosen, idf);
  const vectors = rightSingularVectors(weighted, options.dimensions ?? 128, options.seed);
  return {
    dimensions: vectors.columns,
    documents: texts.length,
    features: new Map(chosen.map(({ id }, column) => [names[id]!, column])),
    ...quantized(vectors, idf),
  };
}

function quantized({ rows, columns, values }: Matrix, idf: Float64Array): Pick<EncoderModel, 'weights' | 'projection'> {
  const weights = new Float32Array(rows);
  const projection = new Int8Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    const direction = values.subarray(row * columns, (row + 1) * columns);
    const step = direction.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
    weights[row] = idf[row]! * step;
    if (step > 0) direction.forEach((value, i) => (projection[row * columns + i] = Math.round(value / step)));
  }
  return { weights, projection };
}

interface Counted {
  readonly ids: Uint32Array;
  readonly counts: Float64Array;
}

function count(texts: readonly EncoderText[]): { documents: Counted[]; names: string[] } {
  const known = new Map<string, number>();
  const names: string[] = [];
  const documents = texts.map((text) => {
    const features = featuresOf(text);
    const ids = new Uint32Array(features.size);
    let at = 0;
    for (const name of features.keys()) {
      let id = known.get(name);
      if (id === undefined) {
        id = names.push(name) - 1;
        known.set(name, id);
      }
      ids[at] = id;
      at += 1;
    }
    return { ids, counts: Float64Array.from(features.values()) };
  });
  return { documents, names };
}

function choose(documents: readonly Counted[], names: readonly string[], total: number, most: number) {
  const df = new Uint32Array(names.length);
  for (const { ids } of documents) for (const id of ids) df[id]! += 1;
  const least = total < SMALL ? 1 : 2;
  const candidates = Array.from(df, (frequency, id) => ({ id, df: frequency })).filter((each) => each.df >= least);
  const byName = (a: { id: number }, b: { id: number }) => (names[a.id]! < names[b.id]! ? -1 : 1);
  return candidates
    .sort((a, b) => b.df - a.df || byName(a, b))
    .slice(0, most)
    .sort(byName);
}

function weigh(
  documents: readonly Counted[],
  names: readonly string[],
  chosen: readonly { id: number }[],
  idf: Float64Array,
): SparseMatrix {
  const columnOf = new Int32Array(names.length).fill(-1);
  chosen.forEach(({ id }, column) => (columnOf[id] = column));
  const starts = new Uint32Array(documents.length + 1);
  documents.forEach(({ ids }, row) => {
    starts[row + 1] = starts[row]! + ids.reduce((kept, id) => kept + (columnOf[id]! >= 0 ? 1 : 0), 0);
  });
  const indices = new Uint32Array(starts.at(-1)!);
  const values = new Float64Array(starts.at(-1)!);
  documents.forEach(({ ids, counts }, row) => {
    let entry = starts[row]!;
    let squares = 0;
    ids.forEach((id, i) => {
      const column = columnOf[id]!;
      if (column < 0) return;
      const weight = featureWeight(names[id]!, counts[i]!) * idf[column]!;
      indices[entry] = column;
      values[entry] = weight;
      squares += weight * weight;
      entry += 1;
    });
    const length = Math.sqrt(squares) || 1;
    for (let i = starts[row]!; i < entry; i += 1) values[i]! /= length;
  });
  return { rows: documents.length, columns: chosen.length, starts, indices, values };
}
