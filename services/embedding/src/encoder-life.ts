import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ShopkeeperError } from '@shopkeeper/contracts';
import { Logger } from '@shopkeeper/platform';
import type { ProductState } from '@shopkeeper/recommender';
import { ArtifactStore, CatalogState, VectorIndex } from '@shopkeeper/stores';
import { Background } from './background.js';
import { EmbeddingSettings } from './embedding-settings.js';
import { LsaEncoder } from './lsa/lsa-encoder.js';
import { LsaFitter } from './lsa/lsa-fitter.js';
import { QuietMoment } from './quiet-moment.js';
import { Turns } from './turns.js';
import { VectorSync, type KnownVector } from './vector-sync.js';

const PAGE = 200;
/** A catalogue that has grown by more than this factor since the fit has outgrown its encoder. */
const OUTGROWN = 1.5;

/**
 * Which encoder is live, and when a new one is fitted: at first when there are products and a quiet moment, again when the catalogue has
 * outgrown it. A new one is filled beside the live one and takes over in one step.
 */
@Injectable()
export class EncoderLife implements OnApplicationBootstrap, OnApplicationShutdown {
  private live: LsaEncoder | null = null;
  private filling: LsaEncoder | null = null;
  private readonly turns = new Turns();
  private readonly background: Background;
  private readonly moment: QuietMoment;

  constructor(
    private readonly catalog: CatalogState,
    private readonly vectors: VectorIndex,
    private readonly artifacts: ArtifactStore,
    private readonly sync: VectorSync,
    private readonly fitter: LsaFitter,
    private readonly logger: Logger,
    settings: EmbeddingSettings,
  ) {
    this.background = new Background(logger);
    this.moment = new QuietMoment(() => this.background.start('fitting the encoder', () => this.fit()), settings);
  }

  /** What keeps the vectors from being up to date; it is tried again. */
  get problem(): string | undefined {
    return this.background.problem;
  }

  /** Resolves once no fit runs or waits for its moment: for tests and benchmarks. */
  async settled(): Promise<void> {
    while (this.moment.waiting || this.background.busy) await pause(5);
  }

  async onApplicationBootstrap(): Promise<void> {
    const live = await this.liveEncoder();
    // A crash may have come between an event and its effect under a model that was being filled.
    if (live) this.background.start('bringing vectors up to date', () => this.bringAll(live));
    else if ((await this.catalog.count()) > 0) this.moment.nudge();
  }

  async onApplicationShutdown(): Promise<void> {
    this.moment.cancel();
    await this.background.close();
  }

  /** Brings the vectors of these products up to date, under the live model and under one that is being filled. */
  async follow(productIds: readonly string[]): Promise<void> {
    const live = await this.liveEncoder();
    // Without a model nothing is lost: the fit reads the whole catalogue, and looks again once it is live.
    if (!live && !this.background.busy) this.moment.nudge();
    if (!live && !this.filling) return;
    const added = await this.turns.take(async () => {
      const states = [...(await this.catalog.read(productIds)).values()].map(({ state }) => state);
      if (this.filling) await this.bring(this.filling, states);
      return live ? this.bring(live, states) : 0;
    });
    if (live && added > 0 && (await this.isOutgrown(live))) this.moment.nudge();
  }

  private async isOutgrown({ modelId, documents }: LsaEncoder): Promise<boolean> {
    return !this.background.busy && (await this.vectors.count(modelId)) > OUTGROWN * documents;
  }

  /** The encoder that the live index names: another instance may have put it there. `null` before the first one. */
  private async liveEncoder(): Promise<LsaEncoder | null> {
    const modelId = (await this.vectors.live())?.modelId;
    if (modelId === this.live?.modelId) return this.live;
    if (modelId === undefined) return (this.live = null);
    this.live = this.filling?.modelId === modelId ? this.filling : await this.load(modelId);
    return this.live;
  }

  private async load(modelId: string): Promise<LsaEncoder | null> {
    const artifact = await this.artifacts.get('encoder', modelId);
    try {
      if (artifact) return new LsaEncoder(modelId, artifact.bytes);
    } catch (error) {
      this.logger.error({ err: error, modelId }, 'the live encoder cannot be read');
    }
    this.logger.warn({ modelId }, 'the live encoder is lost; another one is fitted');
    return null;
  }

  private async fit(): Promise<void> {
    const fitted = await this.fitter.fit(this.states(), this.background.signal);
    if (!fitted) return;
    const { encoder, vectorOf } = fitted;
    const { modelId, dimensions, documents } = encoder;
    await this.vectors.prepare({ modelId, dimensions });
    try {
      this.filling = encoder;
      await this.bringAll(encoder, vectorOf);
      await this.vectors.activate(modelId);
      this.live = encoder;
    } finally {
      this.filling = null;
    }
    this.logger.info({ modelId, dimensions, documents }, 'an encoder is live');
    await this.bringAll(encoder);
    await this.clearAway(modelId);
    // What came while it was fitted may have outgrown it already.
    if ((await this.vectors.count(modelId)) > OUTGROWN * documents) this.moment.nudge();
  }

  /** Leaves the live model alone; one that another instance is filling fails there and is fitted again if still needed. */
  private async clearAway(live: string): Promise<void> {
    for (const { modelId } of await this.vectors.models()) if (modelId !== live) await this.vectors.drop(modelId);
    for (const { id } of await this.artifacts.list('encoder'))
      if (id !== live) await this.artifacts.remove('encoder', id);
  }

  private async bringAll(encoder: LsaEncoder, known?: KnownVector): Promise<void> {
    for await (const page of this.states()) {
      // Read again within our turn: the page may be older than what a handler has brought in line by now.
      await this.turns.take(async () => {
        const stored = await this.catalog.read(page.map(({ productId }) => productId));
        const states = [...stored.values()].map(({ state }) => state);
        await this.bring(encoder, states, known);
      });
    }
  }

  private async *states(): AsyncIterable<readonly ProductState[]> {
    for await (const page of this.catalog.scan(PAGE)) {
      this.background.signal.throwIfAborted();
      yield page;
      await nextTurn();
    }
  }

  private async bring(encoder: LsaEncoder, states: readonly ProductState[], known?: KnownVector): Promise<number> {
    try {
      return await this.sync.bring(encoder, states, known);
    } catch (error) {
      // Another instance has put a new model in its place: once that is known, the same work succeeds.
      if (!(error instanceof ShopkeeperError) || error.code !== 'STORE_MODEL_UNKNOWN') throw error;
      throw new ShopkeeperError('STORE_UNAVAILABLE', error.message, { retriable: true, cause: error });
    }
  }
}
