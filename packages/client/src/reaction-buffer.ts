import { REACT_MAX_COUNT } from '@ovation/protocol';
import type { Timers } from './environment.ts';

/** At most four frames a second leave a page, whatever the thumb does. */
const SLOT_MS = 250;

interface ReactionLimits {
  reactPerSecond: number;
  reactBurst: number;
}

export interface ReactionBuffer {
  /**
   * Takes taps, as far as the server's limit lets them through, and sends them with the next frame.
   * @returns how many were taken, 0 to n
   */
  add(emote: string, n: number): number;
  setLimits(limits: ReactionLimits): void;
  /** Sends what is waiting, if there is a connection and a slot. Called when the connection is back. */
  flush(): void;
  clear(): void;
}

/**
 * @param send writes one frame with all emotes in it; answers false when there is no connection, and the taps wait
 */
export function createReactionBuffer(
  timers: Timers,
  send: (batch: readonly { emote: string; n: number }[]) => boolean,
): ReactionBuffer {
  const waiting = new Map<string, number>();
  const bucket = createBucket(timers);
  let lastSentAt = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;

  const flush = () => {
    if (waiting.size === 0 || cancel) return;
    const waitMs = lastSentAt + SLOT_MS - timers.now();
    if (waitMs > 0) {
      cancel = timers.after(waitMs, () => {
        cancel = undefined;
        flush();
      });
      return;
    }
    const batch = takeBatch(waiting);
    if (!send(batch)) {
      for (const { emote, n } of batch) waiting.set(emote, (waiting.get(emote) ?? 0) + n);
      return;
    }
    lastSentAt = timers.now();
    flush();
  };

  return {
    add(emote, n) {
      const taken = bucket.take(n);
      if (taken > 0) {
        waiting.set(emote, (waiting.get(emote) ?? 0) + taken);
        flush();
      }
      return taken;
    },
    setLimits: bucket.setLimits,
    flush,
    clear() {
      cancel?.();
      cancel = undefined;
      waiting.clear();
    },
  };
}

/** Takes up to 20 of each emote out of `waiting`. */
function takeBatch(waiting: Map<string, number>): { emote: string; n: number }[] {
  const batch: { emote: string; n: number }[] = [];
  for (const [emote, n] of waiting) {
    const now = Math.min(n, REACT_MAX_COUNT);
    batch.push({ emote, n: now });
    if (n > now) waiting.set(emote, n - now);
    else waiting.delete(emote);
  }
  return batch;
}

/** The server's token bucket, mirrored: what it would drop is not shown as sent. */
function createBucket(timers: Timers) {
  let limits: ReactionLimits = { reactPerSecond: 5, reactBurst: 20 };
  let tokens = limits.reactBurst;
  let filledAt = timers.now();
  return {
    setLimits(next: ReactionLimits) {
      limits = next;
      tokens = Math.min(tokens, limits.reactBurst);
    },
    take(n: number): number {
      const now = timers.now();
      tokens = Math.min(limits.reactBurst, tokens + ((now - filledAt) / 1000) * limits.reactPerSecond);
      filledAt = now;
      const taken = Math.max(0, Math.min(Math.floor(n), Math.floor(tokens)));
      tokens -= taken;
      return taken;
    },
  };
}
