import { createHash } from 'node:crypto';
import { ShopkeeperError } from '@shopkeeper/contracts';
import { featuresOf, featureWeight } from './features.js';
import type { EncoderText } from './product-text.js';

/** The default encoder: what a feature weighs and where it points. */
export interface EncoderModel {
  readonly dimensions: number;
  /** How many texts it was fitted on. */
  readonly documents: number;
  /** Feature to column. */
  readonly features: ReadonlyMap<string, number>;
  /** By column: rarity times the scale of its row of the projection. */
  readonly weights: Float32Array;
  /** `features x dimensions`, row by row, each row scaled to -127..127: a quarter of the bytes, and vectors that differ in the third digit. */
  readonly projection: Int8Array;
}

/** The unit vector of a text; `null` when the model knows nothing of what it says. Some 50 microseconds a product. */
export function encode(model: EncoderModel, text: EncoderText): Float32Array | null {
  const { dimensions, projection } = model;
  const sum = new Float64Array(dimensions);
  for (const [feature, count] of featuresOf(text)) {
    const column = model.features.get(feature);
    if (column === undefined) continue;
    const weight = featureWeight(feature, count) * model.weights[column]!;
    const from = column * dimensions;
    for (let i = 0; i < dimensions; i += 1) sum[i]! += weight * projection[from + i]!;
  }
  const length = Math.sqrt(sum.reduce((squares, value) => squares + value * value, 0));
  return length > 1e-9 ? Float32Array.from(sum, (value) => value / length) : null;
}

const MAGIC = 0x31454b53; // "SKE1" read as little-endian
const FEATURES_AT = 20;

/** The model as bytes: header (magic, dimensions, documents, features, length of their names), names, weights, projection; little-endian. */
export function serializeEncoder(model: EncoderModel): Uint8Array {
  const names = new TextEncoder().encode([...model.features.keys()].join('\n'));
  const weightsAt = aligned(FEATURES_AT + names.length);
  const projectionAt = weightsAt + 4 * model.weights.length;
  const bytes = new Uint8Array(projectionAt + model.projection.length);
  const view = new DataView(bytes.buffer);
  [MAGIC, model.dimensions, model.documents, model.features.size, names.length].forEach((field, i) =>
    view.setUint32(4 * i, field, true),
  );
  bytes.set(names, FEATURES_AT);
  new Float32Array(bytes.buffer, weightsAt, model.weights.length).set(model.weights);
  new Int8Array(bytes.buffer, projectionAt).set(model.projection);
  return bytes;
}

/** @throws ShopkeeperError STORE_MODEL_UNKNOWN when the bytes are no such model */
export function deserializeEncoder(artifact: Uint8Array): EncoderModel {
  // A copy, because numbers must begin at multiples of four and a slice of a file may not.
  const bytes = new Uint8Array(artifact);
  const view = new DataView(bytes.buffer);
  const field = (i: number) => (bytes.length < FEATURES_AT ? 0 : view.getUint32(4 * i, true));
  const [dimensions, documents, size, nameBytes] = [field(1), field(2), field(3), field(4)];
  const weightsAt = aligned(FEATURES_AT + nameBytes);
  const projectionAt = weightsAt + 4 * size;
  if (field(0) !== MAGIC || bytes.length !== projectionAt + size * dimensions)
    throw new ShopkeeperError('STORE_MODEL_UNKNOWN', 'This is not an encoder model, or it was cut off.');
  const text = new TextDecoder().decode(bytes.subarray(FEATURES_AT, FEATURES_AT + nameBytes));
  return {
    dimensions,
    documents,
    features: new Map((size === 0 ? [] : text.split('\n')).map((name, column) => [name, column])),
    weights: new Float32Array(bytes.buffer, weightsAt, size),
    projection: new Int8Array(bytes.buffer, projectionAt, size * dimensions),
  };
}

/** The name of a model: 16 hexadecimal digits of the SHA-256 of its bytes. */
export const modelIdOf = (artifact: Uint8Array): string =>
  createHash('sha256').update(artifact).digest('hex').slice(0, 16);

const aligned = (length: number): number => Math.ceil(length / 4) * 4;
