import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eigenSymmetric, gram, matrix, multiplySparse, orthonormalize, type SparseMatrix } from './linear-algebra.js';
import { rightSingularVectors } from './randomized-svd.js';
import { seededRandom } from './random.js';

function sparse(rows: readonly (readonly number[])[]): SparseMatrix {
  const entries = rows.map((row) => row.flatMap((value, column) => (value === 0 ? [] : [[column, value] as const])));
  const starts = Uint32Array.from([0, ...entries.map((_, i) => entries.slice(0, i + 1).flat().length)]);
  return {
    rows: rows.length,
    columns: rows[0]!.length,
    starts,
    indices: Uint32Array.from(entries.flat().map(([column]) => column)),
    values: Float64Array.from(entries.flat().map(([, value]) => value)),
  };
}

const table = (rows: number, columns: number, rank: number) => {
  const random = seededRandom(7);
  const left = Array.from({ length: rows }, () =>
    Array.from({ length: rank }, (_, k) => (random() - 0.5) * 2 ** (rank - k)),
  );
  const right = Array.from({ length: rank }, () => Array.from({ length: columns }, () => random() - 0.5));
  return left.map((row) => right[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * right[k]![j]!, 0)));
};

describe('rightSingularVectors', () => {
  it('are orthonormal and hold all that the matrix says, when it has their rank', () => {
    const rows = table(40, 25, 6);
    const vectors = rightSingularVectors(sparse(rows), 10, 1);
    expect(vectors.columns).toBe(6);
    const { values } = gram(vectors);
    values.forEach((value, i) => expect(value).toBeCloseTo(i % 7 === 0 ? 1 : 0, 9));
    // A V Vᵀ = A
    const v = (j: number, k: number) => vectors.values[j * 6 + k]!;
    for (const row of rows) {
      const folded = Array.from({ length: 6 }, (_, k) => row.reduce((sum, value, j) => sum + value * v(j, k), 0));
      row.forEach((value, j) => expect(folded.reduce((sum, x, k) => sum + x * v(j, k), 0)).toBeCloseTo(value, 8));
    }
  });

  it('come in the order of what they explain', () => {
    const rows = table(60, 30, 30);
    const vectors = rightSingularVectors(sparse(rows), 5, 1, 4);
    const projected = multiplySparse(sparse(rows), vectors);
    const strength = Array.from({ length: 5 }, (_, k) => gram(projected).values[k * 6]!);
    expect([...strength].sort((a, b) => b - a)).toEqual(strength);
    const exact = eigenSymmetric(gram({ rows: 60, columns: 30, values: Float64Array.from(rows.flat()) })).values;
    strength.forEach((value, k) => expect(value / exact[k]!).toBeCloseTo(1, 3));
  });

  it('are the same for the same seed', () => {
    const rows = sparse(table(30, 20, 20));
    expect(rightSingularVectors(rows, 4, 3).values).toEqual(rightSingularVectors(rows, 4, 3).values);
  });

  it.each([
    ['one row', [[1, 2, 0]], 1],
    ['one row twice', [[1, 2, 0], [1, 2, 0]], 1], // prettier-ignore
    ['nothing at all', [[0, 0], [0, 0]], 0], // prettier-ignore
  ])('of %s', (_case, rows, expected) => {
    expect(rightSingularVectors(sparse(rows), 128, 1).columns).toBe(expected);
  });
});

describe('orthonormalize', () => {
  it('drops what depends on other columns', () => {
    const tall = { rows: 3, columns: 3, values: Float64Array.from([1, 2, 0, 0, 0, 1, 0, 0, 1]) };
    const { values } = gram(orthonormalize(tall));
    expect([...values].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 1]);
  });
});

describe('eigenSymmetric', () => {
  it('takes any symmetric matrix apart and puts it together again', () => {
    const entries = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 15, maxLength: 15 });
    fc.assert(
      fc.property(entries, (upper) => {
        const n = 5;
        const a = matrix(n, n);
        let next = 0;
        for (let i = 0; i < n; i += 1)
          for (let j = i; j < n; j += 1) a.values[i * n + j] = a.values[j * n + i] = upper[next++]!;
        const { values, vectors } = eigenSymmetric(a);
        for (let i = 0; i < n; i += 1)
          for (let j = 0; j < n; j += 1) {
            const sum = values.reduce((s, x, k) => s + x * vectors.values[i * n + k]! * vectors.values[j * n + k]!, 0);
            expect(sum).toBeCloseTo(a.values[i * n + j]!, 7);
          }
      }),
    );
  });
});
