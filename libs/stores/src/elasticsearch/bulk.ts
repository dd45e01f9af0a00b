import { setTimeout as pause } from 'node:timers/promises';
import type { Client, estypes } from '@elastic/elasticsearch';
import { ShopkeeperError } from '@shopkeeper/contracts';
import { isTransientStatus, statusOf, translate } from './errors.js';

/** One request takes no more than this; larger ones gain nothing and meet limits. */
const MAX_OPERATIONS = 500;
const MAX_BYTES = 4_000_000;

/** Items refused for load are offered again so often before the whole is given up as STORE_UNAVAILABLE. */
const TRIES = 3;
const PAUSE_MS = 200;

export interface BulkWrite {
  readonly action: 'index' | 'create' | 'delete';
  readonly id: string;
  readonly document?: object;
  /** Not written when the stored version is greater; equal ones are. */
  readonly version?: number;
  /** Written only when nobody wrote since. */
  readonly after?: { readonly seqNo: number; readonly primaryTerm: number };
}

/** `conflict`: a version or condition was against it. Deleting what is not there is `done`. */
export type BulkOutcome = 'done' | 'conflict';

interface Line {
  readonly text: string;
  readonly bytes: number;
  readonly at: number;
}

/**
 * Writes to one index or alias, in requests bounded by count and bytes; every item has its id, so that all may be repeated.
 * Items succeed one by one: after an error some may be in.
 * @throws ShopkeeperError STORE_UNAVAILABLE (retriable), STORE_DOCUMENT_INVALID
 */
export async function bulkWrite(
  client: Client,
  target: { readonly name: string; readonly isAlias: boolean },
  writes: readonly BulkWrite[],
): Promise<BulkOutcome[]> {
  const outcomes = new Array<BulkOutcome>(writes.length);
  let open = writes.map((write, at) => toLine(write, at));
  for (let attempt = 1; open.length > 0; attempt++) {
    const again: Line[] = [];
    for (const batch of batches(open))
      for (const line of await send(client, target, batch, writes, outcomes)) again.push(line);
    if (again.length > 0 && attempt === TRIES)
      throw new ShopkeeperError('STORE_UNAVAILABLE', `Elasticsearch took ${again.length} documents not for load`, {
        retriable: true,
      });
    if (again.length > 0) await pause(PAUSE_MS * attempt);
    open = again;
  }
  return outcomes;
}

/** Sends one batch, notes what became of its items, answers those to offer again. */
async function send(
  client: Client,
  target: { readonly name: string; readonly isAlias: boolean },
  batch: readonly Line[],
  writes: readonly BulkWrite[],
  outcomes: BulkOutcome[],
): Promise<readonly Line[]> {
  let items: estypes.BulkResponse['items'];
  try {
    const operations = batch.map(({ text }) => text);
    ({ items } = await client.bulk({ index: target.name, require_alias: target.isAlias, operations }));
  } catch (error) {
    if (statusOf(error) !== 413) throw translate(error);
    if (batch.length === 1) throw invalid(writes[batch[0]!.at]!, 'is too large');
    const half = Math.ceil(batch.length / 2);
    const first = await send(client, target, batch.slice(0, half), writes, outcomes);
    return [...first, ...(await send(client, target, batch.slice(half), writes, outcomes))];
  }
  const again: Line[] = [];
  for (const [i, line] of batch.entries()) {
    const item = Object.values(items[i]!)[0] as estypes.BulkResponseItem;
    const outcome = classify(item, writes[line.at]!);
    if (outcome === 'again') again.push(line);
    else outcomes[line.at] = outcome;
  }
  return again;
}

function classify(item: estypes.BulkResponseItem, write: BulkWrite): BulkOutcome | 'again' {
  const { status, error } = item;
  if (status < 300) return 'done';
  if (status === 409) return 'conflict';
  if (status === 404 && write.action === 'delete' && !error) return 'done';
  // A lost index is for an operator to mend; the events wait.
  if (isTransientStatus(status, error?.type) || error?.type === 'index_not_found_exception') return 'again';
  throw invalid(write, `${error?.type ?? status}: ${error?.caused_by?.reason ?? error?.reason ?? ''}`);
}

const invalid = ({ id }: BulkWrite, why: string): ShopkeeperError =>
  new ShopkeeperError('STORE_DOCUMENT_INVALID', `Elasticsearch does not take document ${id}: ${why}`);

function toLine({ action, id, document, version, after }: BulkWrite, at: number): Line {
  const head = {
    _id: id,
    ...(version !== undefined && { version, version_type: 'external_gte' }),
    ...(after && { if_seq_no: after.seqNo, if_primary_term: after.primaryTerm }),
  };
  const text = JSON.stringify({ [action]: head }) + (document ? `\n${JSON.stringify(document)}` : '');
  return { text, bytes: Buffer.byteLength(text), at };
}

function* batches(lines: readonly Line[]): Generator<readonly Line[]> {
  let batch: Line[] = [];
  let bytes = 0;
  for (const line of lines) {
    if (batch.length === MAX_OPERATIONS || (batch.length > 0 && bytes + line.bytes > MAX_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += line.bytes;
  }
  if (batch.length > 0) yield batch;
}
