/**
 * murmur2 as Kafka's default partitioner computes it (clients/utils/Utils.java, seed 0x9747b28c), so that a channel has
 * the same home partition here, in Kafka's own tools and in other languages.
 */
const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const encoder = new TextEncoder();
/** Every reaction asks for the partition of its channel, and channels are few. */
const HASHES_MAX = 4_096;
const hashes = new Map<string, number>();

export function murmur2(text: string): number {
  const data = encoder.encode(text);
  const { length } = data;
  let hash = (SEED ^ length) | 0;
  const at = (index: number) => data[index] ?? 0;
  const whole = length - (length % 4);
  for (let i = 0; i < whole; i += 4) {
    let k = at(i) | (at(i + 1) << 8) | (at(i + 2) << 16) | (at(i + 3) << 24);
    k = Math.imul(k, M);
    k ^= k >>> 24;
    k = Math.imul(k, M);
    hash = Math.imul(hash, M) ^ k;
  }
  const rest = length % 4;
  if (rest >= 3) hash ^= at(whole + 2) << 16;
  if (rest >= 2) hash ^= at(whole + 1) << 8;
  if (rest >= 1) hash = Math.imul(hash ^ at(whole), M);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return hash ^ (hash >>> 15);
}

/** The partition of a key: `(murmur2(key) & 0x7fffffff) % partitions`. */
export function partitionOf(key: string, partitions: number): number {
  const known = hashes.get(key);
  if (known !== undefined) return known % partitions;
  const hash = murmur2(key) & 0x7fffffff;
  // Emptied as a whole when full: hashing the few that are in use again costs less than an LRU.
  if (hashes.size >= HASHES_MAX) hashes.clear();
  hashes.set(key, hash);
  return hash % partitions;
}
