/**
 * How far a pair is from independence: the G² statistic of the 2×2 table, by Dunning, "Accurate methods for the statistics of surprise
 * and coincidence" (1993). 0 when the two occur together no more often than by chance; values above 10.8 have p < 0.001.
 * @param both orders with both products, above 0
 * @param first orders with the first, at least `both`
 * @param second orders with the second, at least `both`
 * @param all orders, at least `first + second - both`
 */
export function logLikelihoodRatio(both: number, first: number, second: number, all: number): number {
  const onlyFirst = Math.max(0, first - both);
  const onlySecond = Math.max(0, second - both);
  const neither = Math.max(0, all - first - second + both);
  if (both * neither <= onlyFirst * onlySecond) return 0;
  const cells = xLogX(both) + xLogX(onlyFirst) + xLogX(onlySecond) + xLogX(neither);
  const total = both + onlyFirst + onlySecond + neither;
  const margins =
    xLogX(both + onlyFirst) + xLogX(onlySecond + neither) + xLogX(both + onlySecond) + xLogX(onlyFirst + neither);
  return Math.max(0, 2 * (cells - margins + xLogX(total)));
}

const xLogX = (x: number): number => (x > 0 ? x * Math.log(x) : 0);
