import type { Field } from './columns.js';

export type OrderField =
  'order' | 'time' | 'customer' | 'product' | 'sku' | 'title' | 'quantity' | 'price' | 'currency';

/** What a line of an export of orders can tell, by the names that shop and bookkeeping systems use. */
export const ORDER_FIELDS: readonly Field<OrderField>[] = [
  {
    field: 'order',
    aliases: [
      'order_id',
      'orderid',
      'order',
      'order_number',
      'order_no',
      'order_name',
      'invoice_no',
      'invoiceno',
      'invoice',
      'invoice_number',
      'transaction_id',
      'receipt',
      'name',
      'bestellnummer',
      'rechnungsnummer',
    ],
  },
  {
    field: 'time',
    aliases: [
      'time',
      'timestamp',
      'order_time',
      'order_date',
      'invoice_date',
      'invoicedate',
      'created_at',
      'order_created_at',
      'date_created',
      'created',
      'paid_at',
      'purchased_at',
      'date',
      'bestelldatum',
      'datum',
    ],
  },
  {
    field: 'customer',
    aliases: [
      'customer_id',
      'customerid',
      'customer',
      'customer_no',
      'customer_number',
      'user_id',
      'userid',
      'shopper_id',
      'member_id',
      'email',
      'customer_email',
      'kundennummer',
    ],
  },
  {
    field: 'sku',
    aliases: [
      'sku',
      'variant_sku',
      'lineitem_sku',
      'stock_code',
      'stockcode',
      'item_sku',
      'item_number',
      'artikelnummer',
      'variant_id',
    ],
  },
  { field: 'product', aliases: ['product_id', 'productid', 'item_id', 'article_id', 'article', 'product', 'asin'] },
  {
    field: 'title',
    aliases: [
      'title',
      'product_name',
      'product_title',
      'item_name',
      'lineitem_name',
      'description',
      'name',
      'item',
      'bezeichnung',
    ],
  },
  {
    field: 'quantity',
    aliases: ['quantity', 'qty', 'lineitem_quantity', 'units', 'count', 'amount', 'menge', 'anzahl'],
  },
  {
    field: 'price',
    aliases: ['unit_price', 'unitprice', 'price', 'item_price', 'lineitem_price', 'price_each', 'preis', 'einzelpreis'],
  },
  { field: 'currency', aliases: ['currency', 'currency_code', 'waehrung'] },
];
