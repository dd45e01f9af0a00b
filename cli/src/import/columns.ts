import { ShopkeeperError } from '@shopkeeper/contracts';

/** A thing that a file can tell, with the names under which files do, best first; names are compared as `columnKey` has them. */
export interface Field<F extends string> {
  readonly field: F;
  readonly aliases: readonly string[];
  /** Several columns may be given, joined by `+`: levels of a category. */
  readonly several?: true;
  /** May also be proposed from a column that calls itself an attribute: `attr_t_product_type`. */
  readonly attribute?: true;
}

/** Which columns hold which field. */
export type Mapping<F extends string> = Readonly<Partial<Record<F, readonly string[]>>>;

/** A column name without what differs from feed to feed: case, separators, namespaces such as `g:` and prefixes such as `attr_t_`. */
export const columnKey = (column: string): string =>
  column
    .trim()
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/^(g|c|sc):/, '')
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .replace(/^(attr|attribute)_([tnb]_)?/, '');

const isAttribute = (column: string): boolean => /^(attr|attribute)_/i.test(column.trim());

/** For each field the first of its aliases that the file has; no column serves two fields. */
export function proposeMapping<F extends string>(columns: readonly string[], fields: readonly Field<F>[]): Mapping<F> {
  return complete({}, columns, fields);
}

/**
 * Reads `field=column,field=column+column`; fields that are not named are proposed, `field=` leaves one out.
 * @throws ShopkeeperError CONFIG_INVALID naming the field or column that does not exist, with those that do
 */
export function readMapping<F extends string>(
  text: string,
  columns: readonly string[],
  fields: readonly Field<F>[],
): Mapping<F> {
  const given: Partial<Record<F, readonly string[]>> = {};
  for (const pair of text.split(',').filter((part) => part.trim() !== '')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    const field = fields.find((candidate) => candidate.field === name);
    if (at < 1 || !field) {
      throw invalid(
        `--map: "${pair.trim()}" wants field=column; fields: ${fields.map((each) => each.field).join(', ')}`,
      );
    }
    const sources = pair
      .slice(at + 1)
      .split('+')
      .map((column) => column.trim())
      .filter(Boolean);
    const missing = sources.find((column) => !columns.includes(column));
    if (missing !== undefined) {
      throw invalid(`--map: there is no column "${missing}"; the file has: ${columns.slice(0, 60).join(', ')}`);
    }
    if (sources.length > 1 && !field.several) throw invalid(`--map: ${name} takes one column, not ${sources.length}`);
    given[field.field] = sources;
  }
  return complete(given, columns, fields);
}

function complete<F extends string>(
  given: Partial<Record<F, readonly string[]>>,
  columns: readonly string[],
  fields: readonly Field<F>[],
): Mapping<F> {
  const mapping: Partial<Record<F, readonly string[]>> = {};
  const taken = new Set<string>(
    Object.values<readonly string[] | undefined>(given).flatMap((sources) => sources ?? []),
  );
  const [proper, attributes] = [
    byKey(columns.filter((column) => !isAttribute(column))),
    byKey(columns.filter(isAttribute)),
  ];
  for (const { field, aliases, attribute } of fields) {
    const own = given[field];
    if (own) {
      if (own.length > 0) mapping[field] = own;
      continue;
    }
    const named = (alias: string) => [proper.get(alias), attribute && attributes.get(alias)];
    const found = aliases.flatMap(named).find((column) => column !== undefined && !taken.has(column));
    if (found === undefined) continue;
    taken.add(found);
    mapping[field] = [found];
  }
  return mapping;
}

const byKey = (columns: readonly string[]): Map<string, string> =>
  // The first of several columns with one key wins.
  new Map(columns.map((column) => [columnKey(column), column] as const).reverse());

const invalid = (message: string) => new ShopkeeperError('CONFIG_INVALID', message);

/** The mapping as it would be given: `productId=id,title=name`. */
export const showMapping = <F extends string>(mapping: Mapping<F>): string =>
  Object.entries<readonly string[] | undefined>(mapping)
    .map(([field, sources]) => `${field}=${(sources ?? []).join('+')}`)
    .join(',');
