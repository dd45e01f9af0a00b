import { Controller } from '@nestjs/common';
import { On, type BatchContext, type Delivery, type Outcome } from '@shopkeeper/bus';
import { ErasureRequested, ShopperEventReceived, SignalRecorded } from '@shopkeeper/contracts';
import { evidenceOf, type Evidence } from '@shopkeeper/recommender';
import { ShopperMemory } from '@shopkeeper/stores';
import { Eraser } from './eraser.js';
import { SignalRecorder } from './signal-recorder.js';

@Controller()
export class UserSignalHandlers {
  constructor(
    private readonly recorder: SignalRecorder,
    private readonly shoppers: ShopperMemory,
    private readonly eraser: Eraser,
  ) {}

  @On(ShopperEventReceived, { maxBatch: 2000 })
  onShopperEventReceived(
    deliveries: readonly Delivery<ShopperEventReceived>[],
    context: BatchContext,
  ): Promise<readonly Outcome[]> {
    return this.recorder.record(deliveries, context);
  }

  /** A group of its own: slow memory writes never hold up the signals. */
  @On(SignalRecorded, { group: 'memory', maxBatch: 2000 })
  async onSignalRecorded(deliveries: readonly Delivery<SignalRecorded>[]): Promise<void> {
    const additions = new Map<string, Evidence[]>();
    for (const { payload } of deliveries) {
      const evidence = payload ? evidenceOf(payload) : [];
      if (!payload || evidence.length === 0) continue;
      const others = additions.get(payload.shopperId);
      if (others) others.push(...evidence);
      else additions.set(payload.shopperId, [...evidence]);
    }
    if (additions.size > 0) await this.shoppers.remember(additions);
  }

  @On(ErasureRequested, { group: 'erasure' })
  async onErasureRequested(deliveries: readonly Delivery<ErasureRequested>[]): Promise<void> {
    for (const { payload } of deliveries) {
      if (payload) await this.eraser.erase(payload.shopperId, payload.requestedAt);
    }
  }
}
