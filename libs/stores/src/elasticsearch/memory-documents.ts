import type { Client } from '@elastic/elasticsearch';
import { unionEvidence, type Evidence } from '@shopkeeper/recommender';
import type { MemoryRecord } from '../shopper-memory.js';
import { Documents, onlyAfter, untilSettled, type StoredDocument } from './documents.js';
import { ensureAlias, type IndexShape } from './indices.js';

export interface MemoryDocument {
  readonly shopperId: string;
  readonly evidence: readonly Evidence[];
  /** Whom this shopper was joined into; who takes in all that is said of it from then on. */
  readonly joinedInto?: string;
  /** Set once and never taken away. */
  readonly erasedAt?: string;
}

type Stored = StoredDocument<MemoryDocument>;

// Read by id only.
const SHAPE: IndexShape = {
  settings: { refresh_interval: '30s' },
  properties: {
    shopperId: { type: 'keyword' },
    evidence: { type: 'object', enabled: false },
    joinedInto: { type: 'keyword' },
    erasedAt: { type: 'date' },
  },
};

const SHOPPERS_PER_ROUND = 200;
/** Joins of joins; more is a damaged index. */
const MAX_JOINS = 16;

/** One document per shopper with everything that decides what may be written to it, so that a condition on it guards all. */
export class MemoryDocuments {
  readonly documents: Documents<MemoryDocument>;

  constructor(client: Client, prefix: string) {
    this.documents = new Documents(client, `${prefix}shopper-memory`);
  }

  async ensure(client: Client): Promise<void> {
    await ensureAlias(client, this.documents.name, SHAPE);
  }

  async records(shopperIds: readonly string[]): Promise<ReadonlyMap<string, MemoryRecord>> {
    const found = await this.documents.read(shopperIds);
    return new Map(
      [...found]
        .filter(([, { source }]) => source.evidence.length > 0)
        .map(([shopperId, { source }]) => [shopperId, { shopperId, evidence: source.evidence }]),
    );
  }

  /** Who takes in what is said of each of these: itself, or whom it was joined into; `null` when that one is erased. */
  async holders(shopperIds: Iterable<string>): Promise<ReadonlyMap<string, string | null>> {
    return (await this.#follow(shopperIds)).holders;
  }

  async remember(additions: ReadonlyMap<string, readonly Evidence[]>): Promise<void> {
    const all = [...additions].filter(([, evidence]) => evidence.length > 0);
    for (let from = 0; from < all.length; from += SHOPPERS_PER_ROUND) {
      let open = new Map(all.slice(from, from + SHOPPERS_PER_ROUND));
      await untilSettled('A memory', async () => {
        open = await this.#add(open);
        return open.size === 0;
      });
    }
  }

  /** Answers those whom somebody else wrote to in between. */
  async #add(additions: ReadonlyMap<string, readonly Evidence[]>): Promise<Map<string, readonly Evidence[]>> {
    const { holders, stored } = await this.#follow(additions.keys());
    const news = new Map<string, Evidence[]>();
    for (const [shopperId, evidence] of additions) {
      const holder = holders.get(shopperId);
      if (holder) news.set(holder, [...(news.get(holder) ?? []), ...evidence]);
    }
    const changed = [...news].flatMap(([shopperId, evidence]) => {
      const there = stored.get(shopperId);
      const union = unionEvidence(there?.source.evidence ?? [], evidence);
      return there && sameEvidence(union, there.source.evidence) ? [] : [{ shopperId, there, union }];
    });
    const outcomes = await this.documents.write(
      changed.map(({ shopperId, there, union }) => ({
        ...onlyAfter(there),
        id: shopperId,
        document: { ...there?.source, shopperId, evidence: union } satisfies MemoryDocument,
      })),
    );
    const again = changed.filter((_, i) => outcomes[i] === 'conflict');
    return new Map(again.map(({ shopperId }) => [shopperId, news.get(shopperId)!]));
  }

  /** Moves the evidence of one shopper to another and marks it as joined. */
  async join(from: string, into: string): Promise<void> {
    await untilSettled('A memory', async () => {
      const { holders, last, stored } = await this.#follow([from, into]);
      const target = last.get(into)!;
      // Joined before, the same way or the other way round, or with a third one: nothing is left to move.
      if (last.get(from) !== from || target === from) return true;
      const source = stored.get(from);
      const there = stored.get(target);
      const moved = holders.get(from) === null || holders.get(into) === null ? [] : (source?.source.evidence ?? []);
      const evidence = unionEvidence(there?.source.evidence ?? [], moved);
      // Written though nothing is added: of two joins in opposite directions, one then meets the other's write and looks again.
      const kept: MemoryDocument = { ...there?.source, shopperId: target, evidence };
      const taken = await this.documents.write([{ ...onlyAfter(there), id: target, document: kept }]);
      if (taken[0] === 'conflict') return false;
      const mark: MemoryDocument = { ...source?.source, shopperId: from, evidence: [], joinedInto: target };
      const marked = await this.documents.write([{ ...onlyAfter(source), id: from, document: mark }]);
      return marked[0] === 'done';
    });
  }

  /** Forgets the evidence of a shopper and of whom it was joined into, and marks both. Answers their ids. */
  async erase(shopperId: string, erasedAt: string): Promise<readonly string[]> {
    let ids: readonly string[] = [];
    await untilSettled('A memory', async () => {
      const { last, stored } = await this.#follow([shopperId]);
      ids = [...new Set([shopperId, last.get(shopperId)!])];
      const open = ids.filter((id) => stored.get(id)?.source.erasedAt === undefined);
      const outcomes = await this.documents.write(
        open.map((id) => ({
          ...onlyAfter(stored.get(id)),
          id,
          document: { ...stored.get(id)?.source, shopperId: id, evidence: [], erasedAt } satisfies MemoryDocument,
        })),
      );
      return outcomes.every((outcome) => outcome === 'done');
    });
    return ids;
  }

  async #follow(shopperIds: Iterable<string>): Promise<{
    readonly holders: ReadonlyMap<string, string | null>;
    readonly last: ReadonlyMap<string, string>;
    readonly stored: ReadonlyMap<string, Stored>;
  }> {
    const ids = [...new Set(shopperIds)];
    const stored = new Map<string, Stored>();
    for (let next = ids; next.length > 0;) {
      const found = await this.documents.read(next);
      for (const [id, document] of found) stored.set(id, document);
      next = [...found.values()].flatMap(({ source: { joinedInto } }) =>
        joinedInto !== undefined && !stored.has(joinedInto) ? [joinedInto] : [],
      );
    }
    const holders = new Map<string, string | null>();
    const last = new Map<string, string>();
    for (const id of ids) {
      const path = pathOf(id, stored);
      last.set(id, path.at(-1)!);
      holders.set(id, path.some((each) => stored.get(each)?.source.erasedAt !== undefined) ? null : path.at(-1)!);
    }
    return { holders, last, stored };
  }
}

function pathOf(shopperId: string, stored: ReadonlyMap<string, Stored>): readonly string[] {
  const path = [shopperId];
  while (path.length <= MAX_JOINS) {
    const next = stored.get(path.at(-1)!)?.source.joinedInto;
    if (next === undefined) return path;
    path.push(next);
  }
  return path;
}

const sameEvidence = (a: readonly Evidence[], b: readonly Evidence[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);
