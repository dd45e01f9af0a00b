import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { On, type BatchContext, type Delivery } from '@shopkeeper/bus';
import { ProductUpserted, SignalRecorded } from '@shopkeeper/contracts';

import { LearningRun } from './learning-run.js';

/** Small enough that checking its records against their schemas holds nobody up. */
const BATCH = 300;

/** Reads every signal and every product by its own positions: nothing is committed, a snapshot says where to go on. */
@Controller()
export class LearningHandlers {
  constructor(private readonly run: LearningRun) {}

  @On(SignalRecorded, { mode: 'reader', maxBatch: BATCH })
  onSignalRecorded(
    @Payload() deliveries: readonly Delivery<SignalRecorded>[],
    @Ctx() context: BatchContext,
  ): Promise<void> {
    return this.run.learner.foldSignals(deliveries, context);
  }

  @On(ProductUpserted, { mode: 'reader', maxBatch: BATCH })
  onProductUpserted(
    @Payload() deliveries: readonly Delivery<ProductUpserted>[],
    @Ctx() context: BatchContext,
  ): Promise<void> {
    return this.run.learner.foldProducts(deliveries, context);
  }
}
