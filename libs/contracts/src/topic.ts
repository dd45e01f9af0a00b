/** A topic of the bus, declared once. `shopkeeper topics` creates it; nothing else does. */
export interface Topic {
  /** `<context>.<entity>.v<major>` */
  readonly name: string;
  readonly description: string;
  /** What the record key is; order holds per key. */
  readonly key: string;
  readonly partitions: number;
  /** `compact` keeps the last record of every key, `delete` keeps all for `retentionMs`. */
  readonly cleanup: 'delete' | 'compact';
  /** For `delete`: age at which records go. For `compact`: how long a tombstone stays readable. */
  readonly retentionMs: number;
}

const DAY = 86_400_000;
const topic = (declaration: Topic): Topic => declaration;

export const CATALOG_CHANGE = topic({
  name: 'catalog.change.v1',
  description:
    'Commands that change the catalogue: content, offer, removal. News from the shop, one product at a time.',
  key: 'productId or sku',
  partitions: 6,
  cleanup: 'delete',
  retentionMs: 7 * DAY,
});

export const CATALOG_IMPORT = topic({
  name: 'catalog.import.v1',
  description: 'The same commands in bulk: a lane of its own, so that sold-out news never waits behind an import.',
  key: 'productId or sku',
  partitions: 6,
  cleanup: 'delete',
  retentionMs: 7 * DAY,
});

export const CATALOG_PRODUCT = topic({
  name: 'catalog.product.v1',
  description: 'The content of every product, as catalog-sync knows it.',
  key: 'productId',
  partitions: 6,
  cleanup: 'compact',
  retentionMs: 7 * DAY,
});

export const CATALOG_OFFER = topic({
  name: 'catalog.offer.v1',
  description: 'Price, cost, stock and availability of every variant, as catalog-sync knows them.',
  key: 'productId',
  partitions: 6,
  cleanup: 'compact',
  retentionMs: 7 * DAY,
});

export const SHOPPER_EVENT = topic({
  name: 'shopper.event.v1',
  description: 'What shoppers did, as received.',
  key: 'anonymousId',
  partitions: 12,
  cleanup: 'delete',
  retentionMs: 30 * DAY,
});

export const SHOPPER_SIGNAL = topic({
  name: 'shopper.signal.v1',
  description: 'What shoppers did, pseudonymous, de-duplicated, weighted and in sessions: the source of every model.',
  key: 'shopperId',
  partitions: 12,
  cleanup: 'delete',
  retentionMs: 548 * DAY,
});

export const SHOPPER_ERASURE = topic({
  name: 'shopper.erasure.v1',
  description: 'Shoppers to be forgotten; stays, so that a replay does not bring them back.',
  key: 'shopperId',
  partitions: 12,
  cleanup: 'compact',
  retentionMs: 7 * DAY,
});

export const MODEL_ROW = topic({
  name: 'model.row.v1',
  description: 'One row of a learned model: the neighbours of a product, or what is trending in a category.',
  key: 'generator:productId',
  partitions: 3,
  cleanup: 'compact',
  retentionMs: 7 * DAY,
});

export const MODEL_MANIFEST = topic({
  name: 'model.manifest.v1',
  description: 'Which epoch of each model is current, with the figures it was made from.',
  key: 'model name',
  partitions: 3,
  cleanup: 'compact',
  retentionMs: 7 * DAY,
});

export const TOPICS: readonly Topic[] = [
  CATALOG_CHANGE,
  CATALOG_IMPORT,
  CATALOG_PRODUCT,
  CATALOG_OFFER,
  SHOPPER_EVENT,
  SHOPPER_SIGNAL,
  SHOPPER_ERASURE,
  MODEL_ROW,
  MODEL_MANIFEST,
];

/** Where a record goes that a logical group cannot read or apply: raw bytes, original headers, 14 days. */
export const deadLetterTopic = (source: string, group: string): Topic => ({
  name: `${source}.${group}.dlq`,
  description: `Records of ${source} that ${group} could not apply.`,
  key: 'as in the source topic',
  partitions: 1,
  cleanup: 'delete',
  retentionMs: 14 * DAY,
});
