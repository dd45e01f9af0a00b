const M = 0x5bd1e995;

/** The 32-bit murmur2 hash of Kafka's default partitioner (seed 0x9747b28c), so that a key has the same partition in every adapter. */
export function murmur2(data: Uint8Array, length = data.length): number {
  let h = 0x9747b28c ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    let k = data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24);
    k = Math.imul(k, M);
    k ^= k >>> 24;
    h = Math.imul(h, M) ^ Math.imul(k, M);
  }
  if (length - at === 3) h ^= data[at + 2]! << 16;
  if (length - at >= 2) h ^= data[at + 1]! << 8;
  if (length - at >= 1) h = Math.imul(h ^ data[at]!, M);
  h ^= h >>> 13;
  h = Math.imul(h, M);
  return h ^ (h >>> 15);
}

/** The partition of a key; records without a key share the first. */
export const partitionOf = (key: string | null, partitions: number): number =>
  key === null || partitions === 1 ? 0 : (hashOf(key) & 0x7fffffff) % partitions;

const SCRATCH = new Uint8Array(200);

/** Nearly all keys are short and plain: their bytes need no buffer of their own. */
function hashOf(key: string): number {
  if (key.length > SCRATCH.length) return murmur2(Buffer.from(key));
  for (let at = 0; at < key.length; at += 1) {
    const code = key.charCodeAt(at);
    if (code > 0x7f) return murmur2(Buffer.from(key));
    SCRATCH[at] = code;
  }
  return murmur2(SCRATCH, key.length);
}
