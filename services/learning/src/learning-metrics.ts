import type { Metrics } from '@shopkeeper/platform';
import type { FoldResult, LearningModel } from '@shopkeeper/recommender';

/** What learning shows to ops. */
export function learningMetrics(metrics: Metrics) {
  const signals = metrics.counter('shopkeeper_learning_signals_total', 'Signals read, by what became of them', [
    'result',
  ]);
  const rows = metrics.counter('shopkeeper_learning_rows_total', 'Model rows published');
  const round = metrics.histogram('shopkeeper_learning_round_seconds', 'Time to publish the rows that were due');
  const bytes = metrics.gauge('shopkeeper_learning_snapshot_bytes', 'Size of the last snapshot');
  const size = metrics.gauge(
    'shopkeeper_learning_size',
    'What the model held when it last looked for rows to publish',
    ['of'],
  );
  return {
    folded: (result: FoldResult, count: number): void => signals.inc({ result }, count),
    published: (count: number, seconds: number): void => {
      rows.inc(count);
      round.observe(seconds);
    },
    saved: (length: number): void => bytes.set(length),
    sizes: (sizes: LearningModel['sizes'] & { readonly unsettled: number }): void => {
      for (const [of, count] of Object.entries(sizes)) size.set({ of }, count);
    },
  };
}
