import type { LinkState } from '@shopkeeper/recommender';

/** What the store holds under a key. */
export interface KnownKey {
  /** `null` = no link. */
  readonly link: LinkState | null;
  /** When what this key led to before was erased; `null` = never. */
  readonly forgottenAt: string | null;
}

interface Entry extends KnownKey {
  /** The turn of the partition in which it was read; of users `null`: their links never change but by erasure. */
  readonly turn: object | null;
}

/**
 * The links of the devices and users seen last, so that the store is read only at first sight.
 * A device belongs to one partition, and only who consumes that writes it. When a partition does not go on where we left it, another
 * instance may have had it in between: what we knew of its devices is then read again.
 */
export class LinkCache {
  private readonly entries = new Map<string, Entry>();
  private readonly turns = new Map<string, { turn: object; next: number }>();

  constructor(private readonly capacity = 50_000) {}

  /** The turn of a partition that continues at `offset`. */
  turnAt(partition: string, offset: number): object {
    const known = this.turns.get(partition);
    if (known?.next === offset) return known.turn;
    const turn = {};
    this.turns.set(partition, { turn, next: offset });
    return turn;
  }

  /** The turn reached `next`: its batch is acknowledged. */
  advance(partition: string, turn: object, next: number): void {
    if (this.turns.get(partition)?.turn === turn) this.turns.set(partition, { turn, next });
  }

  get(key: string, turn: object): KnownKey | undefined {
    const entry = this.entries.get(key);
    if (!entry || (entry.turn !== null && entry.turn !== turn)) return undefined;
    // Moves it to the young end: the oldest are the first to go.
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry;
  }

  set(key: string, known: KnownKey, turn: object | null): void {
    this.entries.delete(key);
    this.entries.set(key, { link: known.link, forgottenAt: known.forgottenAt, turn });
    if (this.entries.size > this.capacity) this.entries.delete(this.entries.keys().next().value!);
  }

  delete(key: string): void {
    this.entries.delete(key);
  }
}
