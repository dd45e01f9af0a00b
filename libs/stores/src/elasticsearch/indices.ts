import type { Client, estypes } from '@elastic/elasticsearch';
import { ShopkeeperError } from '@shopkeeper/contracts';
import { asking, statusOf, translate, typeOf } from './errors.js';

export interface IndexShape {
  readonly settings?: estypes.IndicesIndexSettings;
  /** Fields that are not named here are refused. */
  readonly properties: Record<string, estypes.MappingProperty>;
  readonly meta?: Record<string, unknown>;
}

/** Of the shapes below; an index made by a newer Shopkeeper is refused. */
const FORMAT = 1;

const SETTINGS: estypes.IndicesIndexSettings = {
  number_of_shards: 1,
  auto_expand_replicas: '0-1',
  // Said explicitly, or an index that is not searched for a while would refresh only when asked.
  refresh_interval: '1s',
};

/** Making an index changes the state of the cluster, which a busy one takes its time for. */
const CREATE_TIMEOUT_MS = 60_000;

/** Makes an index; answers false when it is there already, whoever made it. */
export async function createIndex(client: Client, name: string, shape: IndexShape, alias?: string): Promise<boolean> {
  const request = {
    index: name,
    settings: { ...SETTINGS, ...shape.settings },
    mappings: {
      dynamic: 'strict' as const,
      _meta: { format: FORMAT, ...shape.meta },
      properties: shape.properties,
    },
    ...(alias !== undefined && { aliases: { [alias]: { is_write_index: true } } }),
  };
  try {
    await client.indices.create(request, { requestTimeout: CREATE_TIMEOUT_MS });
    return true;
  } catch (error) {
    if (typeOf(error) === 'resource_already_exists_exception') return false;
    if (typeOf(error) === 'invalid_alias_name_exception')
      throw new ShopkeeperError('CONFIG_INVALID', `The cluster has an index ${alias} that is not ours`, {
        cause: error,
      });
    throw translate(error);
  }
}

/**
 * Makes an alias and its first index, unless the alias is there. Everything is written through aliases with `require_alias`: an index that
 * somebody deleted is then missed, and not made anew by the next write with a mapping that was guessed.
 */
export async function ensureAlias(client: Client, alias: string, shape: IndexShape): Promise<void> {
  if (!(await asking(client.indices.existsAlias({ name: alias }))))
    await createIndex(client, `${alias}-000001`, shape, alias);
  const mappings = await asking(client.indices.getMapping({ index: alias }));
  for (const { mappings: mapping } of Object.values(mappings))
    if (Number(mapping._meta?.['format']) > FORMAT)
      throw new ShopkeeperError('CONFIG_INVALID', `Index ${alias} was made by a newer Shopkeeper`);
}

/** The indices behind an alias. */
export async function indicesBehind(client: Client, alias: string): Promise<readonly string[]> {
  try {
    return Object.keys(await client.indices.getAlias({ name: alias }));
  } catch (error) {
    if (statusOf(error) === 404) return [];
    throw translate(error);
  }
}

export async function deleteIndex(client: Client, name: string): Promise<void> {
  await asking(client.indices.delete({ index: name, ignore_unavailable: true }));
}
