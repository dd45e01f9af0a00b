import { type BatchContext, type Delivery } from '@shopkeeper/bus';
import type { ProductUpserted, SignalRecorded } from '@shopkeeper/contracts';
import type { FoldResult, LearningModel } from '@shopkeeper/recommender';
import { OneAtATime, Pace } from './pace.js';

/** The model with the positions up to which it has folded the log: the two always change together. */
export class Learner {
  private readonly turns = new OneAtATime();
  private newest = 0;
  private taken = 0;

  constructor(
    readonly model: LearningModel,
    /** Next offset to fold per `topic/partition`. */
    private readonly next: Map<string, number>,
    private readonly count: (result: FoldResult, signals: number) => void,
  ) {}

  get positions(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.next);
  }

  /** When the log took what was folded last, ms since the epoch. */
  get newestAt(): number {
    return this.newest;
  }

  /** Rises with every record that changed the model in this run. */
  get news(): number {
    return this.taken;
  }

  async foldSignals(deliveries: readonly Delivery<SignalRecorded>[], { signal: gone }: BatchContext): Promise<void> {
    const tally: Record<FoldResult, number> = { folded: 0, duplicate: 0, void: 0 };
    await this.each(deliveries, gone, ({ payload }) => {
      if (!payload) return;
      const result = this.model.fold(payload);
      tally[result] += 1;
      if (result !== 'duplicate') this.taken += 1;
    });
    for (const [result, signals] of Object.entries(tally)) if (signals > 0) this.count(result as FoldResult, signals);
  }

  async foldProducts(deliveries: readonly Delivery<ProductUpserted>[], { signal: gone }: BatchContext): Promise<void> {
    await this.each(deliveries, gone, ({ payload, key }) => {
      const productId = payload?.productId ?? key;
      if (productId && this.model.foldProduct(productId, payload)) this.taken += 1;
    });
  }

  /** Works on a model that stands still. */
  standingStill<T>(work: () => Promise<T>): Promise<T> {
    return this.turns.run(work);
  }

  private each<T>(
    deliveries: readonly Delivery<T>[],
    gone: AbortSignal,
    fold: (delivery: Delivery<T>) => void,
  ): Promise<void> {
    return this.turns.run(async () => {
      const pace = new Pace();
      for (const delivery of deliveries) {
        if (pace.due) await pace.rest();
        if (gone.aborted) return;
        const partition = `${delivery.topic}/${delivery.partition}`;
        // Read again after a broken connection: it is in the model already.
        if (delivery.offset < (this.next.get(partition) ?? 0)) continue;
        fold(delivery);
        this.next.set(partition, delivery.offset + 1);
        this.newest = delivery.timestamp;
      }
    });
  }
}
