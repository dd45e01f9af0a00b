import { setTimeout as sleep } from 'node:timers/promises';

export interface PatienceOptions {
  /** How long to wait in all for one piece of work, ms. Default 10 minutes. */
  readonly patienceMs?: number;
  /** Told before each pause. */
  readonly onWait?: (why: string, ms: number) => void;
}

/** What one try came to: a result, or a wish to try again. */
export type Attempt<T> =
  { readonly done: T } | { readonly again: string; readonly afterMs?: number; readonly failure: Error };

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 10_000;

/**
 * Tries until it is done: pauses as long as the other side asks for, else twice as long each time.
 * @throws the last failure when the patience is used up
 */
export async function withPatience<T>(attempt: () => Promise<Attempt<T>>, options: PatienceOptions = {}): Promise<T> {
  const deadline = performance.now() + (options.patienceMs ?? 600_000);
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const result = await attempt();
    if ('done' in result) return result.done;
    const wait = result.afterMs ?? pause;
    if (performance.now() + wait > deadline) throw result.failure;
    options.onWait?.(result.again, wait);
    await sleep(wait);
  }
}
