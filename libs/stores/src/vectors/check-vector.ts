import { ShopkeeperError } from '@shopkeeper/contracts';
import type { VectorModel } from '../vector-index.js';

/** A squared length this near to 1 is unit length as single precision has it. */
const TOLERANCE = 1e-6;

/**
 * A vector fit for a model, brought to unit length where it is not, so that every score is a cosine on every adapter.
 * @throws ShopkeeperError STORE_DIMENSION_MISMATCH, STORE_VECTOR_INVALID (NaN, infinite, zero)
 */
export function checkVector(vector: Float32Array, model: VectorModel, whose: string): Float32Array {
  if (vector.length !== model.dimensions)
    throw new ShopkeeperError(
      'STORE_DIMENSION_MISMATCH',
      `${whose} has ${vector.length} dimensions, model ${model.modelId} has ${model.dimensions}`,
    );
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += vector[i]! * vector[i]!;
  if (!Number.isFinite(squares) || squares === 0)
    throw new ShopkeeperError('STORE_VECTOR_INVALID', `${whose} is zero or not finite`);
  if (Math.abs(squares - 1) <= TOLERANCE) return vector;
  const length = Math.sqrt(squares);
  return vector.map((value) => value / length);
}

/** Engines differ in the last bits of a sum; six decimals are the same everywhere, so ties are ties on every adapter. */
export const roundCosine = (cosine: number): number => Math.round(cosine * 1e6) / 1e6;

/** Code units, as every adapter orders ties. */
export const compareIds = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
