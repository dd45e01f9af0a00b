import type { ByteReader, ByteWriter } from './bytes.js';

/** Products of one session that can teach; a session with more is cut here (bots, wholesalers). */
export const SESSION_ITEMS = 50;
/** How many distinct products back a product is still "visited together" with. */
export const WINDOW = 10;

/** What a session has taught so far: exactly enough to give each pair one vote, and to take it back. */
export class OpenSession {
  /** Distinct products in the order of their first visit. */
  readonly items: number[] = [];
  /** The strongest weight each product had, less what its removal from the cart took away. */
  readonly weights: number[] = [];
  /** Positions in `items`, latest first: one more than the window. */
  readonly recent: number[] = [];
  private gaps = new Uint8Array(28);

  constructor(
    /** Of the last signal folded. */
    public seq: number,
    /** ms since the epoch; the whole session ages from here. */
    readonly startedAt: number,
  ) {}

  get full(): boolean {
    return this.items.length >= SESSION_ITEMS;
  }

  append(item: number): number {
    const position = this.items.length;
    this.items.push(item);
    this.weights.push(0);
    const needed = pair(position + 1, 0);
    if (needed > this.gaps.length) {
      const grown = new Uint8Array(Math.max(needed, this.gaps.length * 2));
      grown.set(this.gaps);
      this.gaps = grown;
    }
    return position;
  }

  /** The smallest distance at which two positions were visited, in distinct products; 0 = never within the window. */
  gap(a: number, b: number): number {
    return this.gaps[a > b ? pair(a, b) : pair(b, a)] as number;
  }

  setGap(a: number, b: number, gap: number): void {
    this.gaps[a > b ? pair(a, b) : pair(b, a)] = gap;
  }

  /** Makes a position the latest. */
  moveToFront(position: number): void {
    const { recent } = this;
    const at = recent.indexOf(position);
    if (at === 0) return;
    if (at > 0) recent.splice(at, 1);
    recent.unshift(position);
    if (recent.length > WINDOW + 1) recent.pop();
  }

  write(out: ByteWriter): void {
    out.u32(this.seq);
    out.f64(this.startedAt);
    out.numbers(Int32Array.from(this.items));
    out.numbers(Float64Array.from(this.weights));
    out.numbers(Uint8Array.from(this.recent));
    out.numbers(this.gaps.subarray(0, pair(this.items.length, 0)));
  }

  static read(from: ByteReader): OpenSession {
    const session = new OpenSession(from.u32(), from.f64());
    session.items.push(...from.i32s());
    session.weights.push(...from.f64s());
    session.recent.push(...from.u8s());
    const gaps = from.u8s();
    session.gaps = new Uint8Array(Math.max(28, gaps.length));
    session.gaps.set(gaps);
    return session;
  }
}

/** Where the pair of two positions is kept, a > b. */
const pair = (a: number, b: number): number => (a * (a - 1)) / 2 + b;

/** The sessions that may still go on: the last used, at most `limit`. */
export class Sessions {
  private readonly open = new Map<string, OpenSession>();

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.open.size;
  }

  /** The session of a signal, or null when its `seq` was folded before. */
  advance(sessionId: string, seq: number, at: number): OpenSession | null {
    const known = this.open.get(sessionId);
    if (known) {
      if (seq <= known.seq) return null;
      known.seq = seq;
      this.open.delete(sessionId);
      this.open.set(sessionId, known);
      return known;
    }
    const session = new OpenSession(seq, at);
    this.open.set(sessionId, session);
    if (this.open.size > this.limit) this.open.delete(this.open.keys().next().value as string);
    return session;
  }

  *write(out: ByteWriter): Generator<void> {
    out.u32(this.open.size);
    let written = 0;
    for (const [id, session] of this.open) {
      out.text(id);
      session.write(out);
      written += 1;
      if (written % 1000 === 0) yield;
    }
  }

  read(from: ByteReader): void {
    for (let left = from.u32(); left > 0; left -= 1) this.open.set(from.text(), OpenSession.read(from));
  }
}
