import { seededRandom } from './random.js';
import {
  eigenSymmetric,
  gram,
  matrix,
  multiplySparse,
  orthonormalize,
  type Matrix,
  type SparseMatrix,
} from './linear-algebra.js';

/** Directions drawn beyond those wanted, for precision. */
const OVERSAMPLING = 10;
/** Singular values below this share of the greatest one are noise. */
const NOISE = 1e-6;

/**
 * The leading right singular vectors of a sparse matrix, as the columns of a `columns x k` matrix; k is at most `dimensions` and at
 * most the rank. Signs are fixed, so the same matrix and seed give the same vectors. Randomised range finder with power iterations
 * (Halko, Martinsson and Tropp, 2011).
 */
export function rightSingularVectors(a: SparseMatrix, dimensions: number, seed: number, iterations = 2): Matrix {
  const width = Math.min(dimensions + OVERSAMPLING, a.rows, a.columns);
  const random = seededRandom(seed);
  const probe = matrix(a.columns, width);
  for (let i = 0; i < probe.values.length; i += 1) probe.values[i] = random() < 0.5 ? -1 : 1;

  let range = orthonormalize(multiplySparse(a, probe));
  for (let round = 0; round < iterations; round += 1) {
    range = orthonormalize(multiplySparse(a, multiplySparse(a, range, true)));
  }
  // The rows of Qᵀ A span what A does; their small Gram matrix holds the singular values and how to turn the rows into vectors.
  const rows = multiplySparse(a, range, true);
  const { values, vectors } = eigenSymmetric(gram(rows));
  const rank = values.findIndex((value) => value <= NOISE * NOISE * values[0]!);
  return turned(rows, vectors, values, Math.min(dimensions, rank === -1 ? width : rank));
}

function turned(rows: Matrix, vectors: Matrix, squares: Float64Array, k: number): Matrix {
  const width = rows.columns;
  const result = matrix(rows.rows, k);
  for (let row = 0; row < rows.rows; row += 1) {
    for (let from = 0; from < width; from += 1) {
      const value = rows.values[row * width + from]!;
      if (value === 0) continue;
      for (let to = 0; to < k; to += 1) result.values[row * k + to]! += value * vectors.values[from * width + to]!;
    }
  }
  const scales = Float64Array.from({ length: k }, (_, to) => 1 / Math.sqrt(squares[to]!));
  for (let to = 0; to < k; to += 1) if (pointsDown(result, to)) scales[to]! *= -1;
  for (let i = 0; i < result.values.length; i += 1) result.values[i]! *= scales[i % k]!;
  return result;
}

/** A singular vector is as good upside down; the entry of greatest size is made positive. */
function pointsDown({ rows, columns, values }: Matrix, column: number): boolean {
  let greatest = 0;
  for (let row = 0; row < rows; row += 1) {
    const value = values[row * columns + column]!;
    if (Math.abs(value) > Math.abs(greatest)) greatest = value;
  }
  return greatest < 0;
}
