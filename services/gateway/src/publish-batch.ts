import { ShopkeeperError, type BatchResponse, type ErrorCode } from '@shopkeeper/contracts';
import type { EventBus } from '@shopkeeper/bus';
import type { FastifyReply } from 'fastify';
import { batchStatus, settleBatch, type Part } from './batch.js';
import { LinesBody, type Line } from './body.js';

const MAX_ITEMS = 10_000;

/**
 * The items of a body: JSON lines, an array, `{ [name]: [...] }`, or a single item.
 * @throws ShopkeeperError REQUEST_INVALID when there are none, or too many
 */
export function itemsOf(body: unknown, name: string): readonly Line[] {
  const list = body instanceof LinesBody ? body.lines : valuesOf(body, name).map((value) => ({ value }));
  if (list.length === 0) throw new ShopkeeperError('REQUEST_INVALID', 'There is nothing in the body.');
  if (list.length > MAX_ITEMS) {
    throw new ShopkeeperError('REQUEST_INVALID', `At most ${MAX_ITEMS} items a request; these are ${list.length}.`);
  }
  return list;
}

function valuesOf(body: unknown, name: string): readonly unknown[] {
  if (Array.isArray(body)) return body;
  if (typeof body !== 'object' || body === null) {
    throw new ShopkeeperError('REQUEST_INVALID', `The body wants an object, an array, or an object with "${name}".`);
  }
  if (!Object.hasOwn(body, name)) return [body];
  const items = (body as Record<string, unknown>)[name];
  if (!Array.isArray(items)) throw new ShopkeeperError('REQUEST_INVALID', `"${name}" must be an array.`);
  return items;
}

/** Publishes the good items, names the bad ones; a single bad item is answered as its own problem. */
export async function publishBatch(
  bus: EventBus,
  items: readonly Line[],
  unreadable: ErrorCode,
  take: (value: unknown) => Part,
  reply: FastifyReply,
): Promise<BatchResponse> {
  const parts = items.map((item): Part =>
    'value' in item ? take(item.value) : { problem: { code: unreadable, detail: item.problem } },
  );
  const [first] = parts;
  if (first && parts.length === 1 && 'problem' in first) {
    const { code, detail, path } = first.problem;
    throw new ShopkeeperError(code, path && !detail.startsWith(path) ? `${path}: ${detail}` : detail);
  }
  const { records, response } = settleBatch(parts);
  if (records.length > 0) await bus.publish(records);
  void reply.status(batchStatus(response));
  return response;
}
