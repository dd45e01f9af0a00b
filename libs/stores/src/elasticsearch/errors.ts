import { errors } from '@elastic/elasticsearch';
import { ShopkeeperError } from '@shopkeeper/contracts';

const unavailable = (message: string, cause: unknown): ShopkeeperError =>
  new ShopkeeperError('STORE_UNAVAILABLE', message, { retriable: true, cause });

/** Statuses that pass by themselves: rejected for load, no shard available, gateway. 403 is a write block of older servers on a full disk. */
export const isTransientStatus = (status: number | undefined, type: string | undefined): boolean =>
  status === 429 || (status !== undefined && status >= 500) || type === 'cluster_block_exception';

export const statusOf = (error: unknown): number | undefined =>
  error instanceof errors.ResponseError ? error.statusCode : undefined;

/** `index_not_found_exception` and the like. */
export const typeOf = (error: unknown): string | undefined => {
  if (!(error instanceof errors.ResponseError)) return undefined;
  const body = error.body as { error?: { type?: string } } | undefined;
  return body?.error?.type;
};

/**
 * What the client throws, in our words. What may pass by itself or by an operator's hand (no answer, overload, a full disk, a lost index,
 * refused credentials) is retriable, so that events wait instead of being dead-lettered. A request it does not understand is a bug and stays as it is.
 */
export function translate(error: unknown): unknown {
  if (error instanceof errors.ProductNotSupportedError)
    return new ShopkeeperError('CONFIG_INVALID', 'What answers at the store url is not Elasticsearch', {
      cause: error,
    });
  if (error instanceof errors.ResponseError) {
    const { statusCode } = error;
    const type = typeOf(error);
    if (isTransientStatus(statusCode, type))
      return unavailable(`Elasticsearch cannot serve now (${statusCode} ${type ?? ''})`, error);
    if (statusCode === 401 || statusCode === 403)
      return unavailable(`Elasticsearch refuses our credentials (${statusCode})`, error);
    if (type === 'index_not_found_exception')
      return unavailable('An index is missing in Elasticsearch; was it deleted? A restart makes it anew', error);
    return error;
  }
  if (error instanceof errors.ElasticsearchClientError) return unavailable('Elasticsearch does not answer', error);
  return error;
}

/** Runs a request and translates what it throws. */
export async function asking<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw translate(error);
  }
}
