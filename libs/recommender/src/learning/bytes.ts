/** The snapshot cannot be used: made by another version or with other settings, or damaged. The remedy is a replay. */
export class SnapshotUnreadable extends Error {
  constructor(why: string) {
    super(`The snapshot cannot be read: ${why}`);
    this.name = 'SnapshotUnreadable';
  }
}

type Numbers = Int32Array | Uint8Array | Float32Array | Float64Array;

const CHUNK = 1 << 20;

/** Appends values to a binary block, in the byte order of the machine, with a checksum at its end. */
export class ByteWriter {
  private readonly done: Uint8Array[] = [];
  private chunk = new Uint8Array(CHUNK);
  private view = new DataView(this.chunk.buffer);
  private used = 0;
  private hash = SEED;

  u32(value: number): void {
    this.room(4);
    this.view.setUint32(this.used, value, true);
    this.used += 4;
  }

  f64(value: number): void {
    this.room(8);
    this.view.setFloat64(this.used, value, true);
    this.used += 8;
  }

  text(value: string): void {
    const bytes = ENCODER.encode(value);
    this.u32(bytes.length);
    this.raw(bytes);
  }

  /** Length, then the elements. */
  numbers(values: Numbers): void {
    this.u32(values.length);
    this.raw(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  /** Step by step, a few megabytes each. Answers the block. */
  *finish(): Generator<void, Uint8Array> {
    this.flush();
    this.u32(this.hash);
    this.flush();
    const whole = new Uint8Array(this.done.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of this.done) {
      whole.set(part, at);
      at += part.length;
      yield;
    }
    return whole;
  }

  private raw(bytes: Uint8Array): void {
    let from = 0;
    while (from < bytes.length) {
      if (this.used === this.chunk.length) this.flush();
      const part = bytes.subarray(from, from + this.chunk.length - this.used);
      this.chunk.set(part, this.used);
      this.used += part.length;
      from += part.length;
    }
  }

  private room(bytes: number): void {
    if (this.used + bytes > this.chunk.length) this.flush();
  }

  private flush(): void {
    if (this.used === 0) return;
    const full = this.chunk.slice(0, this.used);
    this.hash = checksum(full, this.hash);
    this.done.push(full);
    this.used = 0;
  }
}

/**
 * Reads what a ByteWriter wrote, in the same order.
 * @throws SnapshotUnreadable when the checksum does not fit or the block ends early
 */
export class ByteReader {
  private readonly view: DataView;
  private at = 0;
  private readonly end: number;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length - 4;
    if (this.end < 0) throw new SnapshotUnreadable('it is empty');
    if (checksum(bytes.subarray(0, this.end), SEED) !== this.view.getUint32(this.end, true))
      throw new SnapshotUnreadable('its checksum does not fit');
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  f64(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  text(): string {
    const length = this.u32();
    const from = this.take(length);
    return DECODER.decode(this.bytes.subarray(from, from + length));
  }

  i32s(): Int32Array {
    return new Int32Array(this.block(4));
  }

  u8s(): Uint8Array {
    return new Uint8Array(this.block(1));
  }

  f32s(): Float32Array {
    return new Float32Array(this.block(4));
  }

  f64s(): Float64Array {
    return new Float64Array(this.block(8));
  }

  /** A copy: typed arrays want aligned memory of their own. */
  private block(width: number): ArrayBuffer {
    const length = this.u32() * width;
    const from = this.take(length);
    const copy = new Uint8Array(length);
    copy.set(this.bytes.subarray(from, from + length));
    return copy.buffer;
  }

  private take(length: number): number {
    const from = this.at;
    if (from + length > this.end) throw new SnapshotUnreadable('it ends early');
    this.at += length;
    return from;
  }
}

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();
const SEED = 0x811c9dc5;

/** FNV-1a over bytes, resumable: `seed` is the checksum of what came before. */
function checksum(bytes: Uint8Array, seed: number): number {
  let hash = seed;
  for (let i = 0; i < bytes.length; i += 1) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash >>> 0;
}
