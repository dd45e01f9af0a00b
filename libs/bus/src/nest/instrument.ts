import { isRetriable } from '@shopkeeper/contracts';
import type { Outcome, Subscription } from '../event-bus.js';
import type { BusMetrics } from './metrics.js';

type Handle = Subscription['handle'];

/** Counts outcomes per group and measures how long batches take and how old records are when their effect is acknowledged. */
export function instrument(group: string, metrics: BusMetrics, handle: Handle): Handle {
  const labels = ['group', 'topic'] as const;
  const records = metrics.counter('shopkeeper_bus_records_total', 'Records handled, by outcome', [
    ...labels,
    'outcome',
  ]);
  const duration = metrics.histogram('shopkeeper_bus_batch_seconds', 'Time a handler took for a batch', labels);
  const age = metrics.histogram(
    'shopkeeper_bus_age_seconds',
    'From the log to the acknowledged effect, newest of a batch',
    labels,
  );
  return async (batch, context) => {
    const { topic } = context;
    const began = performance.now();
    const count = (outcome: string, by: number) => by > 0 && records.inc({ group, topic, outcome }, by);
    try {
      const outcomes = await handle(batch, context);
      const tally = tallyOf(outcomes);
      for (const [outcome, by] of Object.entries(tally)) count(outcome, by);
      const newest = batch.at(-1);
      if (newest && tally.done > 0) age.observe({ group, topic }, Math.max(0, Date.now() - newest.timestamp) / 1000);
      return outcomes;
    } catch (error) {
      count(isRetriable(error) ? 'retry' : 'bug', batch.length);
      throw error;
    } finally {
      duration.observe({ group, topic }, (performance.now() - began) / 1000);
    }
  };
}

function tallyOf(outcomes: readonly Outcome[]): { done: number; retry: number; poison: number } {
  const tally = { done: 0, retry: 0, poison: 0 };
  for (const outcome of outcomes) {
    tally[outcome === 'done' ? 'done' : 'retry' in outcome ? 'retry' : 'poison'] += 1;
  }
  return tally;
}
