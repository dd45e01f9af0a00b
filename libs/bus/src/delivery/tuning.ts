/** How the bus waits. All in ms. */
export interface DeliveryTuning {
  /** First pause while a dependency is down; doubles up to `retryMaxMs`, with jitter. Default 200. */
  readonly retryFirstMs: number;
  /** Default 10,000. */
  readonly retryMaxMs: number;
  /** A handler that takes longer for one batch counts as hung: health says so and, on Kafka, the partition is given up. Default 300,000. */
  readonly handleMaxMs: number;
  /** How long `close()` lets handlers finish before it aborts their signal, and once more before it goes on without them. Default 10,000. */
  readonly closeGraceMs: number;
  /** After so many bugs in a row in one partition it waits instead of moving the topic to the dead letters. Default 50. */
  readonly bugsInARow: number;
}

export const TUNING: DeliveryTuning = {
  retryFirstMs: 200,
  retryMaxMs: 10_000,
  handleMaxMs: 300_000,
  closeGraceMs: 10_000,
  bugsInARow: 50,
};

/** The pause before attempt `attempt` (1 = the first retry): exponential, capped, half of it random so that partitions do not come back at once. */
export function retryDelay(attempt: number, tuning: DeliveryTuning): number {
  const full = Math.min(tuning.retryMaxMs, tuning.retryFirstMs * 2 ** Math.min(attempt - 1, 30));
  return full * (0.5 + Math.random() / 2);
}

/** Resolves after `ms`, or at once when the signal is aborted. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
