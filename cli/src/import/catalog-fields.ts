import type { Field } from './columns.js';

export type CatalogField =
  | 'productId'
  | 'sku'
  | 'group'
  | 'title'
  | 'description'
  | 'brand'
  | 'category'
  | 'price'
  | 'salePrice'
  | 'listPrice'
  | 'currency'
  | 'cost'
  | 'stock'
  | 'availability'
  | 'url'
  | 'imageUrl'
  | 'family';

/** What a feed can tell of a product, by the names that shop systems, comparison portals and wholesalers use. */
export const CATALOG_FIELDS: readonly Field<CatalogField>[] = [
  {
    field: 'group',
    aliases: ['item_group_id', 'handle', 'parent', 'parent_sku', 'parent_id', 'group_id', 'variant_group'],
  },
  { field: 'sku', aliases: ['variant_sku', 'sku', 'variant_id', 'item_number', 'artikelnummer', 'mpn_sku'] },
  {
    field: 'productId',
    aliases: [
      'product_id',
      'productid',
      'id',
      'item_id',
      'article_number',
      'article_id',
      'stockcode',
      'stock_code',
      'code',
      'product_code',
    ],
  },
  { field: 'title', aliases: ['title', 'product_title', 'product_name', 'name', 'item_name', 'label', 'bezeichnung'] },
  {
    field: 'description',
    aliases: [
      'description',
      'long_description',
      'body_html',
      'body',
      'product_description',
      'short_description',
      'summary',
      'beschreibung',
    ],
  },
  {
    field: 'brand',
    aliases: [
      'brand',
      'brand_name',
      'manufacturer',
      'manufacturer_name',
      'vendor',
      'supplier',
      'publisher',
      'marke',
      'hersteller',
    ],
  },
  {
    field: 'category',
    aliases: [
      'categories',
      'category',
      'category_path',
      'product_category',
      'category_name',
      'product_type',
      'type',
      'google_product_category',
      'department',
      'kategorie',
    ],
    several: true,
    attribute: true,
  },
  { field: 'salePrice', aliases: ['sale_price', 'special_price', 'offer_price', 'discounted_price', 'angebotspreis'] },
  {
    field: 'price',
    aliases: ['price', 'variant_price', 'unit_price', 'unitprice', 'current_price', 'selling_price', 'preis', 'vk'],
  },
  {
    field: 'listPrice',
    aliases: [
      'list_price',
      'compare_at_price',
      'variant_compare_at_price',
      'regular_price',
      'was_price',
      'original_price',
      'msrp',
      'rrp',
      'uvp',
    ],
  },
  { field: 'currency', aliases: ['currency', 'currency_code', 'price_currency', 'waehrung'] },
  {
    field: 'cost',
    aliases: [
      'cost',
      'cost_of_goods_sold',
      'cost_per_item',
      'cost_price',
      'unit_cost',
      'purchase_price',
      'wholesale_price',
      'ek',
      'einkaufspreis',
    ],
  },
  {
    field: 'stock',
    aliases: [
      'stock',
      'stock_quantity',
      'quantity',
      'qty',
      'inventory',
      'variant_inventory_qty',
      'inventory_quantity',
      'quantity_on_hand',
      'on_hand',
      'available_quantity',
      'stock_level',
      'bestand',
      'lagerbestand',
    ],
  },
  {
    field: 'availability',
    aliases: ['availability', 'stock_status', 'in_stock', 'is_in_stock', 'available', 'verfuegbarkeit'],
  },
  { field: 'url', aliases: ['link', 'url', 'product_url', 'product_link', 'deeplink', 'permalink', 'canonical_url'] },
  {
    field: 'imageUrl',
    aliases: [
      'image_link',
      'image_url',
      'image',
      'images',
      'image_src',
      'main_image',
      'img',
      'img_url',
      'img_500x500',
      'img_high',
      'img_low',
      'img_thumb',
      'picture',
      'thumbnail',
      'bild',
    ],
  },
  { field: 'family', aliases: ['family', 'family_id'] },
];

/** Columns that set variants of one product apart. */
export const OPTION_KEYS: ReadonlySet<string> = new Set([
  'size',
  'color',
  'colour',
  'material',
  'pattern',
  'flavour',
  'flavor',
  'scent',
  'length',
  'width',
  'capacity',
  'pack',
  'pack_size',
  'style',
  'groesse',
  'farbe',
]);
