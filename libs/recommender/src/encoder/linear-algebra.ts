/** Rows of a sparse matrix, one after the other: entries `starts[i]` to `starts[i + 1]` belong to row i. */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly starts: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float64Array;
}

/** A dense matrix, row by row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

export const matrix = (rows: number, columns: number): Matrix => ({
  rows,
  columns,
  values: new Float64Array(rows * columns),
});

/** A B, or Aᵀ B. */
export function multiplySparse(a: SparseMatrix, b: Matrix, transposed = false): Matrix {
  const width = b.columns;
  const product = matrix(transposed ? a.columns : a.rows, width);
  for (let row = 0; row < a.rows; row += 1) {
    for (let entry = a.starts[row]!; entry < a.starts[row + 1]!; entry += 1) {
      const value = a.values[entry]!;
      const from = (transposed ? row : a.indices[entry]!) * width;
      const to = (transposed ? a.indices[entry]! : row) * width;
      for (let j = 0; j < width; j += 1) product.values[to + j]! += value * b.values[from + j]!;
    }
  }
  return product;
}

/** Aᵀ A of a tall matrix. */
export function gram({ rows, columns, values }: Matrix): Matrix {
  const product = matrix(columns, columns);
  for (let row = 0; row < rows; row += 1) {
    const at = row * columns;
    for (let i = 0; i < columns; i += 1) {
      const value = values[at + i]!;
      if (value === 0) continue;
      for (let j = i; j < columns; j += 1) product.values[i * columns + j]! += value * values[at + j]!;
    }
  }
  for (let i = 0; i < columns; i += 1)
    for (let j = 0; j < i; j += 1) product.values[i * columns + j] = product.values[j * columns + i]!;
  return product;
}

/** Columns whose remainder falls below this share of their length depend on those before them. */
const DEPENDENT = 1e-10;

/**
 * Makes the columns of a tall matrix orthonormal, in place (Cholesky QR, twice for precision; Yamamoto et al., 2015).
 * Columns that depend on those before them become zero, so a matrix of any rank is welcome.
 */
export function orthonormalize(tall: Matrix): Matrix {
  for (let round = 0; round < 2; round += 1) solveByCholesky(tall, gram(tall));
  return tall;
}

function solveByCholesky({ rows, columns, values }: Matrix, { values: g }: Matrix): void {
  const lower = new Float64Array(columns * columns);
  for (let j = 0; j < columns; j += 1) {
    for (let i = j; i < columns; i += 1) {
      let sum = g[i * columns + j]!;
      for (let k = 0; k < j; k += 1) sum -= lower[i * columns + k]! * lower[j * columns + k]!;
      if (i === j) lower[j * columns + j] = sum > DEPENDENT * g[j * columns + j]! ? Math.sqrt(sum) : 0;
      else lower[i * columns + j] = lower[j * columns + j] === 0 ? 0 : sum / lower[j * columns + j]!;
    }
  }
  for (let row = 0; row < rows; row += 1) {
    const at = row * columns;
    for (let j = 0; j < columns; j += 1) {
      const pivot = lower[j * columns + j]!;
      let sum = values[at + j]!;
      for (let k = 0; k < j; k += 1) sum -= values[at + k]! * lower[j * columns + k]!;
      values[at + j] = pivot === 0 ? 0 : sum / pivot;
    }
  }
}

/** Eigenvalues, greatest first, and eigenvectors (columns) of a small symmetric matrix, by cyclic Jacobi rotations. */
export function eigenSymmetric(symmetric: Matrix): { values: Float64Array; vectors: Matrix } {
  const n = symmetric.columns;
  const a = symmetric.values.slice();
  const v = matrix(n, n).values;
  for (let i = 0; i < n; i += 1) v[i * n + i] = 1;
  const scale = a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < 30 && offDiagonal(a, n) > 1e-22 * scale; sweep += 1) {
    for (let p = 0; p < n - 1; p += 1) for (let q = p + 1; q < n; q += 1) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j]! - a[i * n + i]! || i - j);
  const vectors = matrix(n, n);
  for (let i = 0; i < n; i += 1) order.forEach((from, to) => (vectors.values[i * n + to] = v[i * n + from]!));
  return { values: Float64Array.from(order, (i) => a[i * n + i]!), vectors };
}

function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i += 1) for (let j = i + 1; j < n; j += 1) sum += 2 * a[i * n + j]! * a[i * n + j]!;
  return sum;
}

function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q]!;
  if (apq === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k += 1) {
    const [akp, akq] = [a[k * n + p]!, a[k * n + q]!];
    a[k * n + p] = c * akp - s * akq;
    a[k * n + q] = s * akp + c * akq;
    const [vkp, vkq] = [v[k * n + p]!, v[k * n + q]!];
    v[k * n + p] = c * vkp - s * vkq;
    v[k * n + q] = s * vkp + c * vkq;
  }
  for (let k = 0; k < n; k += 1) {
    const [apk, aqk] = [a[p * n + k]!, a[q * n + k]!];
    a[p * n + k] = c * apk - s * aqk;
    a[q * n + k] = s * apk + c * aqk;
  }
}
