/** What the bus needs of a metrics registry; `Metrics` of platform fits. */
export interface BusMetrics {
  counter(
    name: string,
    help: string,
    labelNames: readonly string[],
  ): { inc(labels: Record<string, string>, by: number): void };
  gauge(
    name: string,
    help: string,
    labelNames: readonly string[],
  ): { set(labels: Record<string, string>, to: number): void };
  histogram(
    name: string,
    help: string,
    labelNames: readonly string[],
  ): { observe(labels: Record<string, string>, seconds: number): void };
}

const nothing = (): void => undefined;
export const NO_METRICS: BusMetrics = {
  counter: () => ({ inc: nothing }),
  gauge: () => ({ set: nothing }),
  histogram: () => ({ observe: nothing }),
};
