import type { Generator as RowGenerator, ProductUpserted, SignalRecorded } from '@shopkeeper/contracts';
import { basketOf } from './basket.js';
import { Best, type Neighbours } from './best.js';
import { BoughtTogether } from './bought-together.js';
import { ByteReader, ByteWriter, SnapshotUnreadable } from './bytes.js';
import { Categories } from './categories.js';
import { CoVisits } from './covisits.js';
import type { DirtyRows, PublishRule } from './dirty-rows.js';
import { LEARNING_DEFAULTS, type LearningSettings } from './learning-settings.js';
import { ProductTable } from './product-table.js';
import { RecentOrders, type RecentOrder } from './recent-orders.js';
import { Sessions, type OpenSession } from './sessions.js';
import { Trend } from './trend.js';

/** Rises when the same signals make other rows. */
const VERSION = 1;
/** Rises when the bytes of a snapshot change their meaning. */
const FORMAT = 2;
const MAGIC = 'shopkeeper-learning';

/** `duplicate`: its `seq` or its order was folded before; `void`: nothing in it can teach. */
export type FoldResult = 'folded' | 'duplicate' | 'void';

/** A changed part of the model; a product's co-visits are one part with two rows. */
export interface DirtyPart {
  readonly part: 'covisits' | 'bought-together' | 'trend';
  /** The product's or category's number. */
  readonly subject: number;
  /** How much of it is new, 0..1. */
  readonly share: number;
}

/** One row as it is published; `products` is empty when there is nothing to say (any more). */
export interface LearnedRow {
  readonly generator: RowGenerator;
  readonly subject: string;
  readonly products: readonly string[];
  /** Descending, above 0, four significant digits. */
  readonly scores: readonly number[];
}

/**
 * Everything that learning knows, fed one signal at a time: co-visits and transitions, bought-together, trend. Deterministic: the same signals per
 * partition order give the same rows; its only clock is the latest `occurredAt` it has seen. Memory is bounded by the settings.
 */
export class LearningModel {
  private readonly products: ProductTable;
  private readonly sessions: Sessions;
  private readonly orders: RecentOrders;
  private readonly categories = new Categories();
  private readonly covisits: CoVisits;
  private readonly boughtTogether: BoughtTogether;
  private readonly trend = new Trend(this.categories);
  private folded = 0;
  private now = 0;
  private readonly isRemoved = (product: number): boolean => this.categories.isRemoved(product);

  constructor(private readonly settings: LearningSettings = LEARNING_DEFAULTS) {
    this.products = new ProductTable(settings.maxProducts);
    this.sessions = new Sessions(settings.openSessions);
    this.orders = new RecentOrders(settings.recentOrders);
    this.covisits = new CoVisits(settings.covisitTauMs);
    this.boughtTogether = new BoughtTogether(settings.orderTauMs);
  }

  /** Signals folded so far, without duplicates. */
  get signals(): number {
    return this.folded;
  }

  /** The latest moment of any signal folded, ms since the epoch; 0 before the first. */
  get latestAt(): number {
    return this.now;
  }

  /** Names this state of the model: the same signals make the same epoch. */
  get epoch(): string {
    return `learning-${VERSION}-${this.folded}`;
  }

  get sizes(): { readonly products: number; readonly sessions: number; readonly dirty: number } {
    const dirty = this.covisits.dirty.size + this.boughtTogether.dirty.size + this.trend.dirty.size;
    return { products: this.products.size, sessions: this.sessions.size, dirty };
  }

  fold(signal: SignalRecorded): FoldResult {
    const at = Date.parse(signal.occurredAt);
    const session = this.sessions.advance(signal.sessionId, signal.seq, at);
    if (!session) return 'duplicate';
    this.folded += 1;
    if (at > this.now) this.now = at;
    if (signal.items.length === 0) return 'void';
    if (signal.kind === 'order') return this.foldOrder(signal, session, at);
    if (signal.kind === 'return') return this.foldReturn(signal);
    if (signal.weight === 0) return 'void';
    for (const { productId } of signal.items) {
      const product = this.products.intern(productId);
      if (product < 0) continue;
      this.trend.add(product, this.covisits.fold(session, product, signal.weight), session.startedAt);
    }
    return 'folded';
  }

  /** News from the catalogue; `null` = the product is gone for good. Answers whether it changed anything. */
  foldProduct(productId: string, product: ProductUpserted | null): boolean {
    if (product && !product.removed) {
      const number = this.products.admit(productId);
      const before = this.categories.isRemoved(number);
      const changed = this.categories.place(number, product.content?.categories ?? []);
      for (const category of changed) this.trend.dirty.touch(category, Number.POSITIVE_INFINITY);
      return before || changed.length > 0;
    }
    const number = this.products.numberOf(productId);
    if (number === undefined) return false;
    const before = this.categories.isRemoved(number);
    for (const category of this.categories.remove(number)) this.trend.dirty.touch(category, Number.POSITIVE_INFINITY);
    if (product) return !before;
    this.covisits.drop(number);
    this.boughtTogether.drop(number);
    return true;
  }

  /**
   * The parts that are due, those with the most news first; they count as clean from here on.
   * @param now any clock in ms that rises from call to call; measures `maxAgeMs` of the rule
   */
  takeDirty(now: number, rule: PublishRule, limit: number): DirtyPart[] {
    const due: DirtyPart[] = [];
    const first = new Best(Math.min(limit, this.sizes.dirty));
    const collect = (part: DirtyPart['part'], totalOf: (subject: number) => number): void =>
      this.dirtyOf(part).forEachDue(now, rule, totalOf, (subject, share) => {
        first.offer(due.length, share);
        due.push({ part, subject, share });
      });
    collect('covisits', (product) => this.covisits.totalOf(product));
    collect('bought-together', (product) => this.boughtTogether.totalOf(product));
    collect('trend', (category) => this.trend.totalOf(category, this.now));
    const taken = first.drain().items.map((index) => due[index] as DirtyPart);
    for (const part of ['covisits', 'bought-together', 'trend'] as const)
      this.dirtyOf(part).clear(taken.filter((one) => one.part === part).map(({ subject }) => subject));
    return taken;
  }

  /** Every part there is, changed or not: rows also change with what others learn, a neighbour's popularity or the number of orders. */
  *everyPart(): Generator<Pick<DirtyPart, 'part' | 'subject'>> {
    for (const subject of this.covisits.subjects()) yield { part: 'covisits', subject };
    for (const subject of this.boughtTogether.subjects()) yield { part: 'bought-together', subject };
    for (let subject = 0; subject < this.categories.size; subject += 1) yield { part: 'trend', subject };
  }

  /** Makes parts due again whose publication failed. */
  giveBack(parts: readonly Pick<DirtyPart, 'part' | 'subject'>[]): void {
    for (const { part, subject } of parts) this.dirtyOf(part).touch(subject, Number.POSITIVE_INFINITY);
  }

  /** The rows of a part, as of the latest signal. */
  rowsOf({ part, subject }: Pick<DirtyPart, 'part' | 'subject'>): LearnedRow[] {
    if (part === 'trend')
      return [this.rowOf('trend', this.categories.pathOf(subject), this.trend.row(subject, this.now))];
    const id = this.products.idOf(subject);
    if (part === 'bought-together')
      return [this.rowOf('bought-together', id, this.boughtTogether.row(subject, this.now, this.isRemoved))];
    return [
      this.rowOf('covisit', id, this.covisits.covisitRow(subject, this.isRemoved)),
      this.rowOf('transition', id, this.covisits.transitionRow(subject, this.now, this.isRemoved)),
    ];
  }

  /** One row by name, for whoever asks without publishing (replay, evaluation); empty when there is none. */
  row(generator: RowGenerator, subject: string): LearnedRow {
    const number = generator === 'trend' ? this.categories.find(subject) : this.products.numberOf(subject);
    const part = generator === 'covisit' || generator === 'transition' ? 'covisits' : generator;
    const rows = number === undefined ? [] : this.rowsOf({ part, subject: number });
    return rows.find((row) => row.generator === generator) ?? { generator, subject, products: [], scores: [] };
  }

  /** Writes everything, step by step: nothing may be folded between the steps, but other work may be done. Answers the bytes. */
  *snapshot(): Generator<void, Uint8Array> {
    const out = new ByteWriter();
    out.text(this.header());
    out.f64(this.folded);
    out.f64(this.now);
    yield* this.products.write(out);
    yield* this.categories.write(out);
    yield* this.sessions.write(out);
    yield* this.orders.write(out);
    yield* this.covisits.write(out);
    yield* this.boughtTogether.write(out);
    yield* this.trend.write(out);
    return yield* out.finish();
  }

  /**
   * The model of a snapshot, dirty parts included.
   * @throws SnapshotUnreadable when it is of another version, of other settings, or damaged
   */
  static restore(bytes: Uint8Array, settings: LearningSettings = LEARNING_DEFAULTS): LearningModel {
    const model = new LearningModel(settings);
    const from = new ByteReader(bytes);
    const header = from.text();
    if (header !== model.header()) throw new SnapshotUnreadable(`it is of ${header}, expected ${model.header()}`);
    model.folded = from.f64();
    model.now = from.f64();
    model.products.read(from);
    model.categories.read(from);
    model.sessions.read(from);
    model.orders.read(from);
    model.covisits.read(from);
    model.boughtTogether.read(from);
    model.trend.read(from);
    return model;
  }

  private foldOrder(signal: SignalRecorded, session: OpenSession, at: number): FoldResult {
    const orderId = signal.orderId ?? signal.signalId;
    if (this.orders.get(orderId)) return 'duplicate';
    const basket = basketOf(
      orderId,
      signal.items.map(({ productId }) => productId),
    );
    const items: number[] = [];
    const gains: number[] = [];
    for (const id of [...basket.kept, ...basket.rest]) {
      const product = this.products.intern(id);
      if (product < 0) continue;
      const inPairs = items.length < basket.kept.length;
      // A purchase counts for the trend even where the session is too long to make pairs.
      const counts = session.items.includes(product) || (inPairs && !session.full);
      const gain = counts ? this.covisits.fold(session, product, signal.weight) : signal.weight;
      this.trend.add(product, gain, session.startedAt);
      if (!inPairs) continue;
      items.push(product);
      gains.push(gain);
    }
    this.boughtTogether.fold(items, at);
    const order: RecentOrder = { at, votedAt: session.startedAt, items, gains };
    this.orders.add(orderId, order);
    this.takeBack(order, this.orders.takeAwaited(orderId));
    return 'folded';
  }

  private foldReturn({ orderId, items }: SignalRecorded): FoldResult {
    if (orderId === undefined) return 'void';
    const back = items.map(({ productId }) => this.products.intern(productId)).filter((product) => product >= 0);
    const order = this.orders.get(orderId);
    if (order) return this.takeBack(order, back) ? 'folded' : 'void';
    this.orders.await(orderId, back);
    return 'void';
  }

  /** Answers whether any of it was of this order. */
  private takeBack(order: RecentOrder, back: readonly number[]): boolean {
    const returned = order.items.filter((item) => back.includes(item));
    if (returned.length === 0) return false;
    order.items.forEach((item, i) => {
      if (back.includes(item)) this.trend.add(item, -(order.gains[i] as number), order.votedAt);
    });
    order.gains = order.gains.filter((_, i) => !back.includes(order.items[i] as number));
    order.items = order.items.filter((item) => !back.includes(item));
    this.boughtTogether.takeBack(returned, order.items, order.at);
    return true;
  }

  private rowOf(generator: RowGenerator, subject: string, { items, scores }: Neighbours): LearnedRow {
    return {
      generator,
      subject,
      products: items.map((item) => this.products.idOf(item)),
      scores: scores.map(fourDigits),
    };
  }

  private dirtyOf(part: DirtyPart['part']): DirtyRows {
    return part === 'covisits' ? this.covisits.dirty : part === 'trend' ? this.trend.dirty : this.boughtTogether.dirty;
  }

  private header(): string {
    return `${MAGIC} ${FORMAT} ${JSON.stringify(this.settings)}`;
  }
}

/** Rows travel as text: digits beyond the fourth cost three times the bytes and decide nothing. */
function fourDigits(score: number): number {
  const unit = 10 ** (3 - Math.floor(Math.log10(score)));
  return Math.round(score * unit) / unit;
}
