import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../ports/clock.ts';
import type { LiveBus } from '../../ports/live-bus.ts';

/** Two processes never draw the same name. */
const BOOT_BYTES = 8;
/** 5 Hz, as fast as a room ticks. */
const TALLY_PERIOD_MS = 200;
export const MINUTE_MS = 60_000;
/** Different emotes that one process tallies of one channel in a minute; the rest is counted but not shown live. */
const MAX_EMOTES = 1_000;

/**
 * One process's counts of one channel in one minute, absolute, so that a lost message heals with the next one and a
 * repeated one does no harm (flows.md row 19).
 */
export const tallyMessageSchema = z.object({
  /** the counting process */
  boot: z.string(),
  channel: z.string(),
  /** start of the UTC minute, ms since 1970 */
  minute: z.number().int(),
  /** how many messages of this boot, channel and minute there were with this one */
  v: z.number().int().optional(),
  /** emote key → count */
  counts: z.record(z.string(), z.number().int().min(0)),
});

export function tallySubject(channel: string): string {
  return `tally:${channel}`;
}

export interface TallyPublisher extends Disposable {
  add(channel: string, key: string, n: number): void;
}

interface ChannelTally {
  minute: number;
  counts: Map<string, number>;
  v: number;
  isChanged: boolean;
  publishedAt: number;
}

/** Publishes at once after silence, then at most every 200 ms and only what changed. */
export function createTallyPublisher(parts: { bus: LiveBus; clock: Clock }): TallyPublisher {
  const { bus, clock } = parts;
  const boot = randomBytes(BOOT_BYTES).toString('hex');
  const tallies = new Map<string, ChannelTally>();
  let timer: Disposable | undefined;

  const publish = (channel: string, tally: ChannelTally) => {
    tally.v += 1;
    tally.isChanged = false;
    tally.publishedAt = clock.now();
    const { minute, v } = tally;
    bus.publish(tallySubject(channel), { boot, channel, minute, v, counts: Object.fromEntries(tally.counts) });
  };

  const publishChanged = () => {
    timer = undefined;
    const oldest = clock.now() - 2 * MINUTE_MS;
    for (const [channel, tally] of tallies) {
      if (tally.isChanged) publish(channel, tally);
      else if (tally.minute < oldest) tallies.delete(channel);
    }
  };

  const current = (channel: string, now: number): ChannelTally => {
    const minute = now - (now % MINUTE_MS);
    const tally = tallies.get(channel);
    if (tally?.minute === minute) return tally;
    // The old minute's last counts go out before the new minute starts from nothing.
    if (tally?.isChanged) publish(channel, tally);
    const publishedAt = tally?.publishedAt ?? Number.NEGATIVE_INFINITY;
    const fresh = { minute, counts: new Map<string, number>(), v: 0, isChanged: false, publishedAt };
    tallies.set(channel, fresh);
    return fresh;
  };

  return {
    add(channel, key, n) {
      const now = clock.now();
      const tally = current(channel, now);
      if (tally.counts.size >= MAX_EMOTES && !tally.counts.has(key)) return;
      tally.counts.set(key, (tally.counts.get(key) ?? 0) + n);
      tally.isChanged = true;
      if (now - tally.publishedAt >= TALLY_PERIOD_MS) publish(channel, tally);
      else timer ??= clock.after(TALLY_PERIOD_MS, publishChanged);
    },
    [Symbol.dispose]() {
      timer?.[Symbol.dispose]();
      publishChanged();
    },
  };
}
