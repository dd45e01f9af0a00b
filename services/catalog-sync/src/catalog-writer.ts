import { Injectable } from '@nestjs/common';
import { ContentObserved, OfferObserved, ShopkeeperError, type CatalogCommand } from '@shopkeeper/contracts';
import { Metrics } from '@shopkeeper/platform';
import {
  adoptSku,
  applyCommand,
  isOrphan,
  releaseSku,
  skusOf,
  variantState,
  type ProductState,
} from '@shopkeeper/recommender';
import { CatalogState, type ProductWrite, type StoredProduct } from '@shopkeeper/stores';

/** A product that news arrived for, as it is now. */
export interface Touched {
  readonly state: ProductState;
  /** True when its content, or whether it is sold at all, may have changed. */
  readonly content: boolean;
}

/** Each round, at least one of those who want the same product succeeds; so many rounds lost in a row are no contention but a fault. */
const MAX_ROUNDS = 20;

/** Brings product state up to date; a conflict with another writer is read again and re-applied, never dropped. */
@Injectable()
export class CatalogWriter {
  private readonly conflicts;

  constructor(
    private readonly catalog: CatalogState,
    metrics: Metrics,
  ) {
    this.conflicts = metrics.counter('shopkeeper_catalog_conflicts_total', 'Writes that another writer was ahead of.');
  }

  /**
   * Applies commands in order and answers every product they concern, changed or not.
   * @throws ShopkeeperError STORE_UNAVAILABLE, retriable
   */
  async apply(commands: readonly CatalogCommand[]): Promise<ReadonlyMap<string, Touched>> {
    const owners = await this.catalog.resolveSkus(commands.flatMap(skuAlone));
    const byProduct = groupBy(
      commands.map((command) => addressed(command, owners)),
      ({ payload }) => payload.productId ?? '',
    );
    const touched = new Map<string, Touched>();
    const ids = [...byProduct.keys()];
    const states = await this.update(ids, (id, state) =>
      byProduct.get(id)!.reduce<ProductState | null>((known, command) => applyCommand(known, command), state),
    );
    for (const [id, state] of states) touched.set(id, { state, content: byProduct.get(id)!.some(aboutContent) });
    await this.adopt(await this.adoptions(commands, owners, states), touched);
    return touched;
  }

  /** Which skus may still be kept under their own name though their product is known: of content that lists them, or named alone. */
  private async adoptions(
    commands: readonly CatalogCommand[],
    before: ReadonlyMap<string, string>,
    states: ReadonlyMap<string, ProductState>,
  ): Promise<ReadonlyMap<string, string>> {
    const pairs = new Map<string, string>();
    for (const { event, payload } of commands) {
      const state = event.type === ContentObserved.type ? states.get(payload.productId ?? '') : undefined;
      for (const { sku } of state?.content?.value.variants ?? []) pairs.set(sku, state!.productId);
    }
    const alone = commands.flatMap(skuAlone);
    // Asked again after the write: content that lists the sku may have come in between, and did not see the offer.
    const unknown = alone.filter((sku) => (before.get(sku) ?? sku) === sku);
    const owners = new Map([...before, ...(await this.catalog.resolveSkus(unknown))]);
    for (const sku of alone) if (!pairs.has(sku)) pairs.set(sku, owners.get(sku) ?? sku);
    return new Map([...pairs].filter(([sku, productId]) => sku !== productId));
  }

  /** Moves what was known of a sku into the product that lists it: first written there, then taken away here, so nothing is lost. */
  private async adopt(pairs: ReadonlyMap<string, string>, touched: Map<string, Touched>): Promise<void> {
    let open = [...pairs];
    for (let round = 0; open.length > 0; round += 1) {
      giveUpAfter(round);
      const orphans = await this.catalog.read(open.map(([sku]) => sku));
      open = open.filter(([sku]) => isOrphanOf(orphans.get(sku), sku));
      if (open.length === 0) return;
      const bySku = (sku: string) => orphans.get(sku)!;
      const byProduct = groupBy(open, ([, productId]) => productId);
      const products = await this.update([...byProduct.keys()], (id, state) =>
        byProduct
          .get(id)!
          .filter(([sku]) => state?.content && skusOf(state).includes(sku))
          .reduce((known, [sku]) => known && adoptSku(known, sku, variantState(bySku(sku).state, sku)), state),
      );
      for (const [id, state] of products) touched.set(id, { state, content: touched.get(id)?.content ?? false });
      open = open.filter(([sku, id]) => products.get(id)?.content && skusOf(products.get(id)!).includes(sku));
      const writes = open.map(([sku]) => ({ state: releaseSku(bySku(sku).state, sku), expected: bySku(sku).version }));
      const outcomes = await this.write(writes);
      open.forEach(([sku], i) => {
        if (outcomes[i] === 'written') touched.set(sku, { state: writes[i]!.state, content: true });
      });
      open = open.filter((_, i) => outcomes[i] === 'conflict');
    }
  }

  private async update(
    productIds: readonly string[],
    change: (productId: string, state: ProductState | null) => ProductState | null,
  ): Promise<Map<string, ProductState>> {
    const result = new Map<string, ProductState>();
    let open = productIds;
    for (let round = 0; open.length > 0; round += 1) {
      giveUpAfter(round);
      const known = await this.catalog.read(open);
      const writes: ProductWrite[] = [];
      for (const id of open) {
        const before = known.get(id);
        const state = change(id, before?.state ?? null);
        if (state === null) continue;
        result.set(id, state);
        if (state !== before?.state) writes.push({ state, expected: before?.version ?? null });
      }
      const outcomes = await this.write(writes);
      open = writes.filter((_, i) => outcomes[i] === 'conflict').map(({ state }) => state.productId);
    }
    return result;
  }

  private async write(writes: readonly ProductWrite[]): Promise<readonly ('written' | 'conflict')[]> {
    if (writes.length === 0) return [];
    const outcomes = await this.catalog.write(writes);
    this.conflicts.inc(outcomes.filter((outcome) => outcome === 'conflict').length);
    return outcomes;
  }
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

const skuAlone = ({ payload }: CatalogCommand): string[] =>
  payload.productId === undefined && 'sku' in payload && payload.sku !== undefined ? [payload.sku] : [];

/** An offer by sku alone goes to the product that the sku belongs to; where none is known yet, to one named after the sku. */
function addressed(command: CatalogCommand, owners: ReadonlyMap<string, string>): CatalogCommand {
  const [sku] = skuAlone(command);
  if (sku === undefined) return command;
  return { ...command, payload: { ...command.payload, productId: owners.get(sku) ?? sku } } as CatalogCommand;
}

const aboutContent = ({ event }: CatalogCommand): boolean => event.type !== OfferObserved.type;

const isOrphanOf = (stored: StoredProduct | undefined, sku: string): boolean =>
  stored !== undefined && isOrphan(stored.state) && Object.hasOwn(stored.state.variants, sku);

function giveUpAfter(round: number): void {
  if (round < MAX_ROUNDS) return;
  throw new ShopkeeperError('STORE_UNAVAILABLE', `Other writers were ahead ${MAX_ROUNDS} times in a row.`, {
    retriable: true,
  });
}
