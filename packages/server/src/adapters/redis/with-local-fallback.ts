import { type EphemeralStore, EphemeralUnavailableError } from '../../ports/ephemeral-store.ts';
import { createInProcessEphemeralStore } from '../in-process/ephemeral-store.ts';
import { openRedisEphemeralStore, type RedisEphemeralStore } from './ephemeral-store.ts';
import type { LinkParts } from './link.ts';

/** The store in Redis, whose limits go on within this process while Redis is away. */
export async function openRedisStoreWithLocalLimits(parts: LinkParts): Promise<RedisEphemeralStore> {
  const shared = await openRedisEphemeralStore(parts);
  const local = createInProcessEphemeralStore({ clock: parts.clock });
  return { ...withLocalFallback(shared, local), status: () => shared.status() };
}

/**
 * Limits that all nodes share, and that hold within each node while the shared store is away (S1-03). Everything else goes to
 * the shared store and rejects when it is away.
 *
 * What happens to the counts: each node also counts in its own store what the shared one gave here. While the shared store is
 * away, a node goes on from these: one node gives a caller at most the limit in any window, and n nodes give at most n
 * times the limit. What was taken meanwhile is not carried over: when the shared store is back, its windows go on from
 * what they hold, so around that moment a caller may get up to the limit once more.
 *
 * Both stores are disposed of with this one.
 */
export function withLocalFallback(shared: EphemeralStore, local: EphemeralStore): EphemeralStore {
  return {
    get: (key) => shared.get(key),
    getAndTouch: (key, ttlMs) => shared.getAndTouch(key, ttlMs),
    set: (key, value, ttlMs) => shared.set(key, value, ttlMs),
    setIfAbsent: (key, value, ttlMs) => shared.setIfAbsent(key, value, ttlMs),
    delete: (key) => shared.delete(key),
    increment: (key, by, ttlMs) => shared.increment(key, by, ttlMs),
    addScore: (...args) => shared.addScore(...args),
    range: (set, range) => shared.range(set, range),
    rank: (set, member) => shared.rank(set, member),
    size: (set) => shared.size(set),
    removeMember: (set, member) => shared.removeMember(set, member),
    removeByScore: (set, from, to) => shared.removeByScore(set, from, to),
    async take(key, window, cost) {
      try {
        const taken = await shared.take(key, window, cost);
        if (taken.allowed) await local.take(key, window, cost);
        return taken;
      } catch (error) {
        if (!(error instanceof EphemeralUnavailableError)) throw error;
        return local.take(key, window, cost);
      }
    },
    async [Symbol.asyncDispose]() {
      await shared[Symbol.asyncDispose]();
      await local[Symbol.asyncDispose]();
    },
  };
}
