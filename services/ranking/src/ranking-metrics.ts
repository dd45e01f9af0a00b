import { Placement } from '@shopkeeper/contracts';
import type { Metrics } from '@shopkeeper/platform';

const BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1];

export interface ListOutcome {
  readonly items: number;
  readonly dropped: number;
  readonly degraded: readonly string[];
  readonly seconds: number;
}

/** What ranking shows to ops. Label sets are looked up once: this runs for every list. */
export function rankingMetrics(metrics: Metrics): (placement: Placement, outcome: ListOutcome) => void {
  const lists = metrics.counter('shopkeeper_ranking_lists_total', 'Recommendation lists made', ['placement']);
  const empty = metrics.counter('shopkeeper_ranking_empty_lists_total', 'Lists without a product', ['placement']);
  const drops = metrics.counter('shopkeeper_ranking_stock_gate_drops_total', 'Products dropped at the last moment', [
    'placement',
  ]);
  const degraded = metrics.counter('shopkeeper_ranking_degraded_total', 'Lists made without a part', ['part']);
  const seconds = metrics.histogram('shopkeeper_ranking_seconds', 'Time to make a list', ['placement'], BUCKETS);
  const byPlacement = new Map(
    Placement.options.map((placement) => [
      placement,
      {
        lists: lists.labels(placement),
        empty: empty.labels(placement),
        drops: drops.labels(placement),
        seconds: seconds.labels(placement),
      },
    ]),
  );
  return (placement, outcome) => {
    const measured = byPlacement.get(placement)!;
    measured.lists.inc();
    measured.seconds.observe(outcome.seconds);
    if (outcome.items === 0) measured.empty.inc();
    if (outcome.dropped > 0) measured.drops.inc(outcome.dropped);
    for (const part of outcome.degraded) degraded.inc({ part });
  };
}
