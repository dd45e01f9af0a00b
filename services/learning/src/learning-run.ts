import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { EventBus, ReadPositions } from '@shopkeeper/bus';
import { Health, Logger, Metrics } from '@shopkeeper/platform';
import { LearningModel } from '@shopkeeper/recommender';
import { ArtifactStore } from '@shopkeeper/stores';
import { Learner } from './learner.js';
import { LEARNING_SERVICE_SETTINGS, type LearningServiceSettings } from './learning-service-settings.js';
import { learningMetrics } from './learning-metrics.js';
import { lastManifest } from './manifests.js';
import { Rhythm } from './rhythm.js';
import { RowPublisher } from './row-publisher.js';
import { Snapshots, type Snapshot } from './snapshots.js';

/** The group of our reader handlers. */
const GROUP = 'learning';

/** One run of learning: restores the last snapshot, reads on from there, publishes and saves until it is stopped. */
@Injectable()
export class LearningRun implements OnModuleInit, OnApplicationShutdown {
  private parts: { learner: Learner; rhythm: Rhythm } | undefined;

  constructor(
    private readonly bus: EventBus,
    private readonly positions: ReadPositions,
    private readonly artifacts: ArtifactStore,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
    private readonly health: Health,
    @Inject(LEARNING_SERVICE_SETTINGS) private readonly settings: LearningServiceSettings,
  ) {}

  get learner(): Learner {
    return this.begun.learner;
  }

  async onModuleInit(): Promise<void> {
    const snapshots = new Snapshots(this.artifacts, this.settings.model, this.logger);
    const restored = await this.usable(await snapshots.latest());
    const model = restored?.model ?? new LearningModel(this.settings.model);
    const measured = learningMetrics(this.metrics);
    const learner = new Learner(model, new Map(Object.entries(restored?.positions ?? {})), measured.folded);
    const publisher = new RowPublisher(this.bus, learner, this.settings.publish, restored?.announced ?? 0);
    let saved = JSON.stringify(restored?.positions ?? {});
    const save = (): Promise<void> =>
      learner.standingStill(async () => {
        const positions = learner.positions;
        if (JSON.stringify(positions) === saved) return;
        measured.saved(await snapshots.save(model, { positions, announced: publisher.announced }, new Date()));
        saved = JSON.stringify(positions);
      });
    const published = (round: { rows: number }, seconds: number): void => {
      if (round.rows > 0) measured.published(round.rows, seconds);
      measured.sizes({ ...model.sizes, unsettled: rhythm.unsettled });
    };
    const rhythm: Rhythm = new Rhythm(learner, publisher, save, published, this.settings.rhythm, this.logger);
    this.parts = { learner, rhythm };
    this.positions.startAt(GROUP, new Map(Object.entries(learner.positions)));
    this.health.register('learning', () => rhythm.health());
    this.logger.info({ signals: model.signals, restored: restored !== null }, 'learning begins');
    rhythm.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.parts?.rhythm.stop();
  }

  /** Positions mean something only in the log they were read from: that log holds the manifest announced before the snapshot, or a later one. */
  private async usable(snapshot: Snapshot | null): Promise<Snapshot | null> {
    if (!snapshot || snapshot.announced === 0) return snapshot;
    const manifest = await lastManifest(this.bus);
    if (manifest && manifest.signals >= snapshot.announced) return snapshot;
    this.logger.warn({ announced: snapshot.announced }, 'the snapshot is of another log: learning from the beginning');
    return null;
  }

  private get begun(): { learner: Learner; rhythm: Rhythm } {
    if (!this.parts) throw new Error('learning was asked before it began');
    return this.parts;
  }
}
