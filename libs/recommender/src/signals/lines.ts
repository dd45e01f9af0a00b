import type { SignalItem } from '@shopkeeper/contracts';
import type { FieldReader, Fields } from './fields.js';
import { isFields } from './fields.js';

/** As many lines as a signal holds. */
export const MAX_LINES = 1000;

const PRODUCT_ID = ['product_id', 'productId', 'item_id'] as const;
const LISTS = ['products', 'items'] as const;

/** The products of an event: those of its list (Segment `products`, GA4 `items`), or the one of the event itself. */
export function readLines(
  reader: FieldReader,
  properties: Fields,
  options: { readonly listFirst: boolean; readonly required: boolean },
): readonly SignalItem[] {
  const single = reader.given(properties, 'properties', PRODUCT_ID);
  const list = reader.given(properties, 'properties', LISTS);
  if (list && (options.listFirst || !single)) return readList(reader, ...list, options.required);
  if (single) return one(readLine(reader, properties, 'properties'));
  if (options.required) {
    const missing = options.listFirst ? 'properties.products' : 'properties.product_id';
    reader.fail(missing, 'is missing: name the product by product_id, or by products or items with an id each');
  }
  return [];
}

function readList(reader: FieldReader, path: string, list: unknown, required: boolean): readonly SignalItem[] {
  if (!Array.isArray(list)) return none(reader, path, 'must be a list');
  if (list.length === 0 && required) return none(reader, path, 'must not be empty');
  if (list.length > MAX_LINES) return none(reader, path, `must not have more than ${MAX_LINES} lines`);
  const items: SignalItem[] = [];
  for (let n = 0; n < list.length && !reader.problem; n++) {
    const line: unknown = list[n];
    if (isFields(line)) items.push(...one(readLine(reader, line, `${path}[${n}]`)));
    else reader.fail(`${path}[${n}]`, 'must be an object');
  }
  return items;
}

function readLine(reader: FieldReader, line: Fields, path: string): SignalItem | null {
  const productId = reader.id(line, path, PRODUCT_ID);
  if (productId === undefined) {
    reader.fail(`${path}.${path.includes('.items[') ? 'item_id' : 'product_id'}`, 'is missing');
    return null;
  }
  const sku = reader.id(line, path, ['sku']) ?? variantOf(line);
  const price = reader.price(line, path, ['price']);
  const quantity = reader.quantity(line, path, ['quantity']);
  return {
    productId,
    ...(sku === undefined ? {} : { sku }),
    ...(price === undefined ? {} : { price }),
    ...(quantity === undefined ? {} : { quantity }),
  };
}

// GA4 has no field for a sku; shops put it into item_variant, or a colour. Never a reason to refuse the event.
const variantOf = (line: Fields): string | undefined => {
  const variant = line['item_variant'];
  return typeof variant === 'string' && /^[^\u0000-\u001f\u007f]{1,200}$/.test(variant) ? variant : undefined; // eslint-disable-line no-control-regex
};

const one = (item: SignalItem | null): readonly SignalItem[] => (item ? [item] : []);

const none = (reader: FieldReader, path: string, message: string): readonly SignalItem[] => {
  reader.fail(path, message);
  return [];
};
