import type { Placement, ProductFilter } from '@shopkeeper/contracts';
import { BestFirst } from './best-first.js';
import type { Source } from './blend.js';
import { CANDIDATES, Candidates, type Seeds } from './candidates.js';
import type { ContentRows } from './content.js';
import { Eligibility } from './eligibility.js';
import { Figures } from './figures.js';
import { HoldBack } from './hold-back.js';
import { Kinship } from './kinship.js';
import { Nudge, type BusinessWeights, type NudgeOutcome } from './nudge.js';
import type { PriceRange } from './offers.js';
import { RECIPES, type Recipe } from './placements.js';
import type { ShopperProfile } from './profile.js';
import { select } from './selection.js';
import type { Shelf } from './shelf.js';
import { Taste } from './taste.js';

/** Candidates that are weighed against each other in one list: so many, and more for a long one. */
const POOL = { least: 60, most: 200 } as const;
/** Products whose content neighbours are worth asking for. */
const CONTENT_SEEDS = 3;

export interface RankingSettings {
  /** What the shop would like to sell. */
  readonly business: BusinessWeights;
}

export const DEFAULT_RANKING: RankingSettings = { business: { margin: 0.3, stock: 0.4, trend: 0.3 } };

/** What a list is asked for. */
export interface Ask {
  readonly placement: Placement;
  /** The product of the page, or the products in the cart; unknown ones are passed over. */
  readonly products?: readonly string[];
  readonly filter?: ProductFilter;
  readonly exclude?: readonly string[];
  readonly limit: number;
  /** Absent for an unknown shopper. */
  readonly profile?: ShopperProfile;
  /** ms since the epoch. */
  readonly now: number;
}

/** An ask, read against the shelf. */
export interface Outset {
  readonly ask: Ask;
  readonly recipe: Recipe;
  readonly context: readonly number[];
  readonly seeds: Seeds;
  /** Products whose content neighbours the list can use. */
  readonly contentWanted: readonly number[];
}

/** Candidates in the order in which they are to be shown, more than were asked for: the stock gate has the last word. */
export interface RankedList {
  readonly placement: Placement;
  readonly limit: number;
  readonly products: readonly number[];
  /** 0 to 1; the first is 1. */
  readonly scores: readonly number[];
  readonly sources: readonly Source[];
  /** By place: a category for `trend`, else -1. */
  readonly because: readonly number[];
  readonly price: PriceRange | undefined;
  readonly seeds: Seeds;
  readonly content: ContentRows;
  readonly profile: ShopperProfile | undefined;
  readonly nudge: NudgeOutcome;
}

/**
 * Makes ranked lists from the shelf: candidates -> eligibility -> rank -> business nudge -> diversity. Deterministic: the same shelf, ask and
 * content give the same list, whatever numbers products got. Keeps its working memory between lists; not to be entered twice at once.
 */
export class Ranking {
  private readonly eligibility: Eligibility;
  private readonly kinship: Kinship;
  private readonly taste: Taste;
  private readonly figures: Figures;
  private readonly candidates: Candidates;
  private readonly nudge: Nudge;
  private readonly pool: BestFirst;
  private readonly order: BestFirst;

  constructor(
    private readonly shelf: Shelf,
    settings: RankingSettings = DEFAULT_RANKING,
  ) {
    this.eligibility = new Eligibility(shelf);
    this.kinship = new Kinship(shelf);
    this.taste = new Taste(shelf);
    this.figures = new Figures(shelf);
    this.candidates = new Candidates(shelf, this.eligibility, this.kinship, this.taste, this.figures);
    this.nudge = new Nudge(shelf, this.figures, settings.business, POOL.most);
    this.pool = new BestFirst(POOL.most, shelf.products.list);
    this.order = new BestFirst(POOL.most, shelf.products.list);
  }

  /** Finds what a list starts from, and whose content neighbours it can use. */
  begin(ask: Ask): Outset {
    const recipe = RECIPES[ask.placement];
    const context = this.contextOf(ask, recipe);
    const seeds = seedsOf(context, ask.profile, recipe);
    const cold = (seed: number) => this.shelf.covisits.length(seed) < CANDIDATES.coldness;
    const substitutes = recipe.about === 'products' && recipe.weights.content !== undefined;
    const wanting = recipe.weights.walk === undefined ? [] : substitutes ? seeds.products : seeds.products.filter(cold);
    return { ask, recipe, context, seeds, contentWanted: wanting.slice(0, CONTENT_SEEDS) };
  }

  rank({ ask, recipe, context, seeds }: Outset, content: ContentRows): RankedList {
    const { shelf, eligibility } = this;
    const { filter, exclude, profile, limit, now } = ask;
    this.figures.refresh(now);
    eligibility.begin({ filter, exclude, context, withoutTwins: recipe.withoutTwins });
    this.kinship.begin(context);
    this.taste.begin(profile);
    const asked = (filter?.categories ?? []).map((path) => shelf.categories.find(path)).filter((c) => c !== -1);
    const blend = this.candidates.gather({ recipe, seeds, context, profile, content, asked, limit, now });
    this.weigh(ask, recipe);
    const relevance = blend.total.values;
    const nudge = this.nudge.apply(this.pool.items, this.pool.size, relevance, recipe.lambda);
    this.sortByFinal();
    const { items: products, scores: final, size: count } = this.order;
    const isReminder = (product: number) => blend.sourceOf(product) === 'reminder';
    const isNovelty = (product: number) => blend.sourceOf(product) === 'fresh';
    const { theta, reminders, novelties } = recipe;
    const places = select(
      shelf,
      { products, final, count, relevance, isReminder, isNovelty },
      { limit, theta, reminders, novelties },
    );
    const shown = places.map((place) => products[place]!);
    return {
      placement: ask.placement,
      limit,
      products: shown,
      scores: falling(places.map((place) => Math.exp(final[place]! - final[0]!))),
      sources: shown.map((product) => blend.sourceOf(product)),
      because: shown.map((product) => blend.becauseOf(product)),
      price: eligibility.price,
      seeds,
      content,
      profile,
      nudge,
    };
  }

  private contextOf({ products, profile, placement }: Ask, recipe: Recipe): number[] {
    const known = [...new Set(products ?? [])].map((id) => this.shelf.find(id)).filter((product) => product !== -1);
    if (known.length > 0 || recipe.about === 'shopper' || placement === 'similar') return known;
    return (profile?.considered ?? []).filter(({ inCart }) => inCart).map(({ product }) => product);
  }

  /** Tilts, holds back, and keeps the best in `pool`; the best of all becomes 1. */
  private weigh({ profile, limit, now }: Ask, recipe: Recipe): void {
    const { pool, taste } = this;
    const { values, touched, size } = this.candidates.blend.total;
    const tilt = recipe.about === 'shopper' && recipe.weights.walk !== undefined ? (profile?.tilt ?? 0) : 0;
    const settled = profile !== undefined && profile.settledAt.size > 0;
    const holdBack = settled ? new HoldBack(this.shelf, profile.settledAt, recipe.holdBack, now) : undefined;
    pool.clear(Math.max(POOL.least, 2 * limit));
    let bar = pool.bar;
    for (let i = 0; i < size; i++) {
      const product = touched[i]!;
      let value = values[product]!;
      if (value * (1 + tilt) < bar) continue;
      if (tilt > 0) value *= 1 + tilt * taste.affinity(product);
      if (holdBack !== undefined) value *= holdBack.factor(product);
      if (value < bar || value <= 0) continue;
      pool.offer(product, value);
      bar = pool.bar;
    }
    pool.sort();
    const best = pool.scores[0]!;
    for (let i = 0; i < pool.size; i++) values[pool.items[i]!] = pool.scores[i]! / best;
  }

  private sortByFinal(): void {
    const { order, pool, nudge } = this;
    order.clear();
    for (let i = 0; i < pool.size; i++) order.offer(pool.items[i]!, nudge.final[i]!);
    order.sort();
  }
}

/** The products of the page lead; without any, the shopper's own. A list about the shopper takes both by half. */
function seedsOf(context: readonly number[], profile: ShopperProfile | undefined, recipe: Recipe): Seeds {
  const own = { products: profile?.seeds ?? [], weights: profile?.seedWeights ?? [] };
  if (context.length === 0) return own;
  const even = { products: context, weights: context.map(() => 1 / context.length) };
  if (recipe.about === 'products') return even;
  const others = own.products.map((product, i) => ({ product, weight: own.weights[i]! }));
  const rest = others.filter(({ product }) => !context.includes(product));
  if (rest.length === 0) return even;
  const sum = rest.reduce((total, { weight }) => total + weight, 0);
  return {
    products: [...context, ...rest.map(({ product }) => product)],
    weights: [...even.weights.map((weight) => weight / 2), ...rest.map(({ weight }) => weight / sum / 2)],
  };
}

/** Diversity may put a better product behind a worse one; what is shown beside a place must not rise down the list. */
function falling(scores: readonly number[]): number[] {
  let last = 1;
  return scores.map((score) => (last = Math.min(last, score)));
}
