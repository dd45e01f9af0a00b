import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

interface Queue {
  pending: readonly unknown[];
  throttledUntil: number;
}
type Schedule = (this: Queue) => void;

let done = false;

/**
 * kafkajs 2.2.4 arms a timer with a negative delay after every response, even when nothing waits: 1,000 wake-ups a second for each idle
 * connection, and a flood of TimeoutNegativeWarning on Node >= 24 (tulios/kafkajs#1751). Without a pending request there is nothing to check.
 */
export function stopIdleTimers(): void {
  const { prototype } = RequestQueue as unknown as { prototype: { scheduleCheckPendingRequests: Schedule } };
  const original = prototype.scheduleCheckPendingRequests;
  if (done || typeof original !== 'function') return;
  done = true;
  prototype.scheduleCheckPendingRequests = function (this: Queue) {
    if (this.pending.length > 0) original.call(this);
  };
}
