import { z } from 'zod';
import { Placement } from '../placements.js';
import { CategoryPath, Id, Money } from '../values.js';

export const ShopperRef = z.strictObject({ anonymousId: Id.optional(), userId: Id.optional() });
export type ShopperRef = z.infer<typeof ShopperRef>;

/** Only products that pass every given condition are recommended. */
export const ProductFilter = z.strictObject({
  /** Any of these, or anything below them: `garden` takes `garden/hand-tools` in. */
  categories: z.array(CategoryPath).max(50).optional(),
  brands: z.array(z.string().min(1).max(200)).max(50).optional(),
  /** In the currency of the catalogue; a product passes when a sellable variant does. */
  price: z.strictObject({ min: Money.optional(), max: Money.optional() }).optional(),
});
export type ProductFilter = z.infer<typeof ProductFilter>;

export const RecommendRequest = z.strictObject({
  placement: Placement,
  /** Unknown or absent: the list is made without a memory. */
  shopper: ShopperRef.optional(),
  /** The product of the page, or the products in the cart. */
  products: z.array(Id).max(100).optional(),
  filter: ProductFilter.optional(),
  /** Never recommended, whatever else is said. */
  exclude: z.array(Id).max(500).optional(),
  limit: z.number().int().min(1).max(100).default(10),
});
export type RecommendRequest = z.infer<typeof RecommendRequest>;

export const REASON_CODES = [
  'viewed-together',
  'bought-together',
  'similar',
  'still-considering',
  'recently-viewed',
  'in-your-cart',
  'trending-in-category',
  'trending',
  'new',
] as const;

export const Reason = z.object({
  code: z.enum(REASON_CODES),
  /** For a shopper to read, in English. */
  text: z.string(),
  /** The product or category that it is because of. */
  because: z.string().optional(),
});
export type Reason = z.infer<typeof Reason>;

export const RecommendedItem = z.object({
  productId: Id,
  /** The variant to offer: a sellable one. */
  sku: Id,
  /** 0 to 1, comparable within one list only. */
  score: z.number(),
  reason: Reason,
  product: z.object({
    title: z.string(),
    price: z.number(),
    listPrice: z.number().optional(),
    currency: z.string().optional(),
    url: z.string().optional(),
    imageUrl: z.string().optional(),
  }),
});
export type RecommendedItem = z.infer<typeof RecommendedItem>;

export const RecommendResponse = z.object({
  recommendationId: Id,
  placement: Placement,
  /** The state of the models that made this list. */
  epoch: z.string(),
  items: z.array(RecommendedItem),
  /** What had to be left out: `memory`, `content` ...; empty when all worked. */
  degraded: z.array(z.string()),
});
export type RecommendResponse = z.infer<typeof RecommendResponse>;

/** The question that the gateway asks ranking: in process or over HTTP. Answers the body as JSON text, ready to send. */
export abstract class Ranker {
  abstract recommend(request: RecommendRequest): Promise<string>;
}
