import { BestFirst } from './best-first.js';
import { Blend, NOTHING, type Source } from './blend.js';
import type { ContentRows } from './content.js';
import type { Eligibility } from './eligibility.js';
import type { Figures } from './figures.js';
import type { Kinship } from './kinship.js';
import type { Recipe } from './placements.js';
import type { ShopperProfile } from './profile.js';
import type { Shelf } from './shelf.js';
import type { Taste } from './taste.js';
import { Trends } from './trends.js';
import { spread, Walk } from './walk.js';

export const CANDIDATES = {
  /** The most that one source gives. */
  perSource: 100,
  /** A product with this many co-visited neighbours rests on its content by half; pseudo-counts. */
  coldness: 8,
  /** What content says of a product that is well known. */
  contentAtLeast: 0.15,
  /** Candidates beyond the list that there should be, for families that are full and for what sells out meanwhile. */
  spare: 10,
  /** What the shop's trend is worth against a category's. */
  shopTrend: 0.3,
  /** Categories of a filter whose trends are looked at. */
  filterTrends: 5,
} as const;

const YEAR = 365 * 86_400_000;

/** Products that a list starts from; the weights sum to 1. */
export interface Seeds {
  readonly products: readonly number[];
  readonly weights: readonly number[];
}

/** What the sources look at. */
export interface Outlook {
  readonly recipe: Recipe;
  readonly seeds: Seeds;
  /** Known products of the page or cart. */
  readonly context: readonly number[];
  readonly profile: ShopperProfile | undefined;
  readonly content: ContentRows;
  /** Categories of the filter. */
  readonly asked: readonly number[];
  readonly limit: number;
  readonly now: number;
}

/** The sources of candidates. Each gives at most a hundred that are eligible; what the best of a source is worth is the recipe's. */
export class Candidates {
  readonly blend = new Blend();
  private readonly walk: Walk;
  private sums = new Float64Array(0);
  private readonly picks: BestFirst;

  constructor(
    private readonly shelf: Shelf,
    private readonly eligibility: Eligibility,
    private readonly kinship: Kinship,
    private readonly taste: Taste,
    private readonly figures: Figures,
  ) {
    this.walk = new Walk(shelf);
    this.picks = new BestFirst(CANDIDATES.perSource, shelf.products.list);
  }

  gather(outlook: Outlook): Blend {
    this.blend.reset(this.shelf.capacity);
    const { weights } = outlook.recipe;
    if (weights.reminder) this.remind(outlook, weights.reminder);
    if (weights.bought) this.bought(outlook, weights.bought);
    if (weights.walk) this.fromWalk(outlook, weights.walk);
    if (weights.content) this.alike(outlook, weights.content);
    if (weights.trend) this.trending(outlook, weights.trend);
    if (weights.fresh) this.fresh(outlook, weights.fresh);
    if (weights.fill && this.blend.size < outlook.limit + CANDIDATES.spare) this.fill(outlook, weights.fill);
    return this.blend;
  }

  private remind({ profile }: Outlook, weight: number): void {
    const strongest = profile?.considered[0]?.weight;
    let given = 0;
    for (const { product, weight: strength } of profile?.considered ?? []) {
      if (!this.eligibility.allows(product)) continue;
      this.blend.add(product, (weight * strength) / strongest!, 'reminder', NOTHING);
      if (++given === CANDIDATES.perSource) return;
    }
  }

  private bought(outlook: Outlook, weight: number): void {
    const { seeds } = outlook;
    const rows = this.shelf.boughtTogether;
    const sums = this.emptySums();
    seeds.products.forEach((seed, i) => spread(rows, seed, seeds.weights[i]!, sums));
    this.picks.clear(wanted(outlook.limit));
    for (const seed of seeds.products) {
      const start = rows.start(seed);
      const end = start + rows.length(seed);
      for (let at = start; at < end; at++) this.consider(rows.neighbours[at]!, sums, outlook.recipe);
    }
    this.add('bought', weight);
  }

  private fromWalk(outlook: Outlook, weight: number): void {
    const { seeds, recipe, content } = outlook;
    if (seeds.products.length === 0) return;
    const sums = this.emptySums();
    // Where content is a source of its own it need not lend the walk a start.
    this.walk.run(seeds.products, seeds.weights, sums, recipe.weights.content === undefined ? content : undefined);
    // What the shopper looked at is for the reminder to bring back, within its share.
    if (recipe.about === 'shopper') for (const seed of seeds.products) sums[seed] = 0;
    const { picks, eligibility, kinship } = this;
    const { kin } = recipe;
    picks.clear(wanted(outlook.limit));
    picks.offerAll(sums, this.shelf.products.size, (product, value) =>
      eligibility.allows(product) ? value * kinship.factor(product, kin) : 0,
    );
    this.add('walk', weight);
  }

  /** The less is known of a seed's company, the more its content says. */
  private alike(outlook: Outlook, weight: number): void {
    const { seeds, recipe, content } = outlook;
    const sums = this.emptySums();
    let need = 0;
    seeds.products.forEach((seed, i) => {
      const row = content.get(seed);
      if (row === undefined) return;
      const cold = CANDIDATES.coldness / (CANDIDATES.coldness + this.shelf.covisits.length(seed));
      const share = seeds.weights[i]! * Math.max(CANDIDATES.contentAtLeast, cold);
      need += share;
      for (let at = 0; at < row.products.length; at++) sums[row.products[at]!]! += share * Math.max(0, row.scores[at]!);
    });
    if (need === 0) return;
    if (recipe.about === 'shopper') for (const seed of seeds.products) sums[seed] = 0;
    this.picks.clear(wanted(outlook.limit));
    for (const seed of seeds.products) {
      for (const product of content.get(seed)?.products ?? []) this.consider(product, sums, recipe);
    }
    this.add('content', recipe.about === 'shopper' ? weight * need : weight);
  }

  private trending({ recipe, context, profile, asked, limit }: Outlook, weight: number): void {
    for (const category of asked.slice(0, CANDIDATES.filterTrends)) this.trend(category, weight, limit);
    if (recipe.about === 'shopper') {
      const strongest = profile?.leaves[0]?.share;
      for (const { category, share } of profile?.leaves ?? [])
        this.trend(category, (weight * share) / strongest!, limit);
    } else if (recipe.kin.far < recipe.kin.same) {
      const leaf = context.map((product) => this.shelf.leaf[product]!).find((category) => category !== -1);
      const lineage = leaf === undefined ? [] : this.shelf.categories.lineage(leaf);
      lineage.forEach((category, up) => this.trend(category, weight / (up + 1), limit));
    }
    this.trend(Trends.SHOP, weight * CANDIDATES.shopTrend, limit);
  }

  private trend(category: number, weight: number, limit: number): void {
    const row = this.shelf.trends.row(category);
    if (row === undefined) return;
    const because = category === Trends.SHOP ? NOTHING : category;
    const { products, scores } = row;
    let left = wanted(limit);
    for (let i = 0; i < products.length && left > 0; i++) {
      if (!this.eligibility.allows(products[i]!)) continue;
      this.blend.add(products[i]!, (weight * scores[i]!) / scores[0]!, 'trend', because);
      left--;
    }
  }

  private fresh({ profile, now }: Outlook, weight: number): void {
    for (const product of this.figures.newest) {
      if (!this.eligibility.allows(product)) continue;
      const liking = profile === undefined ? 1 : 0.5 + 0.5 * this.taste.affinity(product);
      this.blend.add(product, weight * liking * recency(this.shelf.firstSeenAt[product]!, now), 'fresh', NOTHING);
    }
  }

  /** So that a list is not short while the shop has something to show: anything eligible, near and new first, below all that has a reason. */
  private fill({ recipe, limit, now }: Outlook, weight: number): void {
    const { blend, picks, shelf } = this;
    const { values, touched, size } = blend.total;
    let lowest = weight;
    for (let i = 0; i < size; i++) lowest = Math.min(lowest, values[touched[i]!]! / 2);
    picks.clear(limit + CANDIDATES.spare);
    for (let product = 0; product < shelf.products.size; product++) {
      if (shelf.sellable[product] !== 1 || blend.has(product) || !this.eligibility.allows(product)) continue;
      const near = this.kinship.factor(product, recipe.kin) * (0.5 + 0.5 * this.taste.affinity(product));
      picks.offer(product, near * (0.5 + 0.5 * recency(shelf.firstSeenAt[product]!, now)));
    }
    for (let i = 0; i < picks.size; i++) blend.add(picks.items[i]!, lowest * picks.scores[i]!, 'fill', NOTHING);
  }

  private emptySums(): Float64Array {
    const { capacity, products } = this.shelf;
    if (this.sums.length < capacity) this.sums = new Float64Array(capacity);
    else this.sums.fill(0, 0, products.size);
    return this.sums;
  }

  /** Takes a product out of the sums and offers it, unless that was done before. */
  private consider(product: number, sums: Float64Array, { kin }: Recipe): void {
    const { picks, eligibility, kinship } = this;
    const value = sums[product]!;
    sums[product] = 0;
    if (value <= 0 || value < picks.bar || !eligibility.allows(product)) return;
    picks.offer(product, value * kinship.factor(product, kin));
  }

  private add(source: Source, weight: number): void {
    const { picks, blend } = this;
    picks.sort();
    const scale = weight / picks.scores[0]!;
    for (let i = 0; i < picks.size; i++) blend.add(picks.items[i]!, scale * picks.scores[i]!, source, NOTHING);
  }
}

/** A source gives more to a longer list, never more than a hundred. */
const wanted = (limit: number): number => Math.min(CANDIDATES.perSource, 2 * limit + 40);

/** 1 today, falling to 0 over a year. */
const recency = (firstSeenAt: number, now: number): number => Math.max(0, Math.min(1, 1 - (now - firstSeenAt) / YEAR));
