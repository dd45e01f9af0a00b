import { z } from 'zod';
import { AttributeValue, CategoryPath, Currency, Id, Money, Url } from './values.js';

/** One purchasable form of a product. A product without variants has one, whose sku is the product id. */
export const Variant = z.object({
  sku: Id,
  title: z.string().max(300).optional(),
  /** What distinguishes it from its siblings: `{ size: 'M', colour: 'red' }`. */
  options: z.record(z.string().max(100), z.string().max(200)).optional(),
});
export type Variant = z.infer<typeof Variant>;

/** What a product is: everything but price and stock. */
export const ProductContent = z.object({
  title: z.string().min(1).max(500),
  description: z.string().max(10_000).optional(),
  brand: z.string().max(200).optional(),
  /** Paths from general to special; the first is the main one. */
  categories: z.array(CategoryPath).max(20).default([]),
  attributes: z.record(z.string().max(100), AttributeValue).optional(),
  url: Url.optional(),
  imageUrl: Url.optional(),
  /** Products that are the same thing in another guise share it; a list shows at most a few of one family. */
  family: Id.optional(),
  variants: z.array(Variant).max(500).optional(),
});
export type ProductContent = z.infer<typeof ProductContent>;

export const Availability = z.enum(['in_stock', 'out_of_stock', 'preorder', 'backorder', 'discontinued']);
export type Availability = z.infer<typeof Availability>;

/** A change of a variant's offer; what is absent stays as it was. */
export const OfferChange = z
  .object({
    price: Money.optional(),
    /** The price before a reduction. */
    listPrice: Money.nullable().optional(),
    currency: Currency.optional(),
    /** What the store pays for one; never leaves the admin scope. */
    cost: Money.nullable().optional(),
    /** Pieces on hand; `null` means that stock is not tracked. */
    stock: z.number().int().min(-1_000_000).max(100_000_000).nullable().optional(),
    availability: Availability.optional(),
  })
  .refine((offer) => Object.values(offer).some((value) => value !== undefined), 'must change at least one field')
  .meta({ minProperties: 1 });
export type OfferChange = z.infer<typeof OfferChange>;

/** The state of one variant's offer, as published. Absent fields are not known yet. */
export const VariantOffer = z.object({
  sku: Id,
  price: Money.optional(),
  listPrice: Money.optional(),
  currency: Currency.optional(),
  cost: Money.optional(),
  /** Pieces on hand, never below 0; `null` = not tracked. */
  stock: z.number().int().min(0).nullable(),
  availability: Availability,
});
export type VariantOffer = z.infer<typeof VariantOffer>;

/** True when this variant can be bought now. A variant without a price cannot. */
export const isSellable = (offer: VariantOffer): boolean =>
  offer.price !== undefined &&
  offer.availability !== 'out_of_stock' &&
  offer.availability !== 'discontinued' &&
  (offer.stock === null || offer.stock > 0 || offer.availability === 'preorder' || offer.availability === 'backorder');
