import {
  signalKindOf,
  type ShopperEventReceived,
  type SignalItem,
  type SignalKind,
  type SignalRecorded,
} from '@shopkeeper/contracts';
import { FieldReader, type EventProblem, type Fields } from './fields.js';
import { readLines } from './lines.js';
import { weightOf } from './weights.js';

/** What an event says, before it is known who did it and in which session. */
export type SignalDraft = Pick<SignalRecorded, 'kind' | 'items' | 'orderId' | 'query' | 'category' | 'weight'>;

/** `signal: null` = fine, but teaches nothing (a page call, an identify call, a step of the checkout). */
export type ReadEvent = { readonly signal: SignalDraft | null } | { readonly problem: EventProblem };

const NOTHING: ReadEvent = { signal: null };
const MAX_QUERY = 500;
const MAX_CATEGORY = 300;

/**
 * Reads a shopper's event in the words of Segment or GA4. Numbers may come as text ("12.50") and ids as numbers; longer texts are cut.
 * Whatever is of the wrong type, negative, absurdly large or missing is a problem that names the first field to mend.
 */
export function readEvent(event: Pick<ShopperEventReceived, 'type' | 'event' | 'properties'>): ReadEvent {
  if (event.type !== 'track') return NOTHING;
  const name = event.event?.trim();
  if (!name) return problem('EVENT_INVALID', 'event', 'is missing: a track call needs the name of the event');
  const kind = signalKindOf(name);
  if (kind === undefined)
    return problem('EVENT_UNKNOWN', 'event', 'is not a name of Segment or GA4 that is known here');
  if (kind === null) return NOTHING;
  const reader = new FieldReader();
  const signal = readKind(reader, kind, event.properties ?? {});
  return reader.problem ? { problem: reader.problem } : { signal };
}

function readKind(reader: FieldReader, kind: SignalKind, properties: Fields): SignalDraft | null {
  switch (kind) {
    case 'search':
      return readSearch(reader, properties);
    case 'category-view':
      return readListView(reader, properties);
    case 'order':
    case 'return':
      return readOrder(reader, kind, properties);
    default: {
      const items = readLines(reader, properties, { listFirst: false, required: true });
      return draft(reader, kind, items, properties);
    }
  }
}

function readSearch(reader: FieldReader, properties: Fields): SignalDraft | null {
  const query = reader.text(properties, 'properties', QUERY, MAX_QUERY);
  if (query === undefined && !hasBlank(properties, QUERY)) {
    reader.fail('properties.query', 'is missing: a search needs its query (Segment) or search_term (GA4)');
  }
  return query ? { kind: 'search', items: [], query, weight: weightOf('search', false) } : null;
}

// The products of a list were put before the shopper, not chosen: only the category counts.
function readListView(reader: FieldReader, properties: Fields): SignalDraft | null {
  const category = reader.text(properties, 'properties', CATEGORY, MAX_CATEGORY);
  return category ? { kind: 'category-view', items: [], category, weight: weightOf('category-view', false) } : null;
}

function readOrder(reader: FieldReader, kind: 'order' | 'return', properties: Fields): SignalDraft {
  const orderId = reader.id(properties, 'properties', ['order_id', 'orderId', 'transaction_id']);
  // A refund of the whole order may come without its lines.
  const required = kind === 'order' || orderId === undefined;
  const items = readLines(reader, properties, { listFirst: true, required });
  return { ...draft(reader, kind, items, properties), ...(orderId === undefined ? {} : { orderId }) };
}

function draft(reader: FieldReader, kind: SignalKind, items: readonly SignalItem[], properties: Fields): SignalDraft {
  const query = kind === 'click' ? reader.text(properties, 'properties', QUERY, MAX_QUERY) : undefined;
  return { kind, items: [...items], weight: weightOf(kind, Boolean(query)), ...(query ? { query } : {}) };
}

const QUERY = ['query', 'search_term'] as const;
const CATEGORY = ['category', 'item_list_name', 'item_list_id', 'list_id'] as const;

const hasBlank = (properties: Fields, names: readonly string[]): boolean =>
  names.some((name) => Object.hasOwn(properties, name) && properties[name] === '');

const problem = (code: EventProblem['code'], path: string, message: string): ReadEvent => ({
  problem: { code, path, message },
});
