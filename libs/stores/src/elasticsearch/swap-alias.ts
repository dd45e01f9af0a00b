import type { Client } from '@elastic/elasticsearch';
import { Documents } from './documents.js';
import { asking } from './errors.js';
import { deleteIndex, indicesBehind } from './indices.js';
import type { IndexedProduct } from './product-shape.js';

const PAGE = 500;

/** How far each live index had been written when a rebuild began: its last sequence number by name. */
export type Progress = ReadonlyMap<string, number>;

export async function progressOf(client: Client, alias: string): Promise<Progress> {
  const progress = new Map<string, number>();
  for (const name of await indicesBehind(client, alias)) {
    const index = new Documents<IndexedProduct>(client, name, 'index');
    await index.refresh();
    const { hits } = await index.search({ size: 1, sort: [{ _seq_no: 'desc' as const }], seq_no_primary_term: true });
    progress.set(name, hits.hits[0]?._seq_no ?? -1);
  }
  return progress;
}

/**
 * Makes a filled index the live one. Every process writes to the alias while it is being filled, so what went to the old index since then is
 * carried over by revision: most of it before the change, the last of it after, when nothing writes to the old one any more.
 */
export async function swapAlias(
  client: Client,
  alias: string,
  next: Documents<IndexedProduct>,
  began: Progress,
): Promise<void> {
  const old = (await indicesBehind(client, alias)).filter((name) => name !== next.name);
  for (const name of old) await carryOver(client, name, next, began.get(name) ?? -1);
  await next.refresh();
  await asking(
    client.indices.updateAliases({
      actions: [
        ...old.map((index) => ({ remove: { index, alias } })),
        { add: { index: next.name, alias, is_write_index: true } },
      ],
    }),
  );
  for (const name of old) {
    await carryOver(client, name, next, began.get(name) ?? -1);
    await deleteIndex(client, name);
  }
  await next.refresh();
}

async function carryOver(client: Client, from: string, into: Documents<IndexedProduct>, after: number): Promise<void> {
  const old = new Documents<IndexedProduct>(client, from, 'index');
  await old.refresh();
  for await (const page of old.pages('productId', { range: { _seq_no: { gt: after } } }, PAGE)) {
    const there = await into.read(
      page.map(({ productId }) => productId),
      ['revision'],
    );
    const newer = page.filter(({ productId, revision }) => revision > (there.get(productId)?.source.revision ?? 0));
    await into.write(
      newer.map((document) => ({ action: 'index', id: document.productId, version: document.revision, document })),
    );
  }
}
