import { z } from 'zod';
import type { ChannelEvent } from '../channels/events.ts';
import type { FeedPosition } from './feeds.ts';
import type { Moment } from '../moments/moments.ts';
import type { Settings } from '../channels/settings.ts';

/**
 * The native socket protocol, gateway.md section 4. One text frame holds one or more JSON objects separated by a
 * newline. Client objects have `op`, server objects have `k`. This is the subset that is served today: chat and
 * private feeds are not.
 */
export const NATIVE_SUBPROTOCOL = 'ovation.v1';

/** Feeds that one connection may follow. */
export const SUBSCRIPTIONS_MAX = 32;
/** Most events of one `hist`. */
const HISTORY_MAX = 100;
const HISTORY_DEFAULT = 50;
/** Characters of what a client sends. */
const EPOCH_MAX = 64;
const FEED_NAME_MAX = 96;
const SDK_MAX = 64;
const TOKEN_MAX = 4_096;
const TICKET_MAX = 8_192;

/** Where a client was: position in the feed, and the server time (ms) of the last tick that it has in its chart. */
const resumePointSchema = z.object({
  e: z.string().min(1).max(EPOCH_MAX),
  o: z.number().int().min(0),
  t: z.number().min(0).optional(),
});
export type ResumePoint = z.infer<typeof resumePointSchema>;

const subscription = z.object({ ch: z.string().min(1).max(FEED_NAME_MAX), since: resumePointSchema.optional() });

/** By a loop of our own: a schema takes milliseconds for the thousands of members that a hostile frame may have. */
function isPositions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const seqs: unknown[] = Object.values(value);
  return seqs.length <= SUBSCRIPTIONS_MAX && seqs.every((seq) => Number.isSafeInteger(seq) && Number(seq) >= 0);
}

/** Objects that the gateway itself understands; the objects of a domain stand in its folder. */
export const FEED_FRAMES = [
  z.object({
    op: z.literal('hello'),
    sdk: z.string().max(SDK_MAX).optional(),
    /** access token; one that is not valid closes with 4100 */
    token: z.string().max(TOKEN_MAX).optional(),
    /** the ticket of the last welcome or ping: what it names is opened without asking again */
    resume: z.string().max(TICKET_MAX).optional(),
    subs: z.array(subscription).max(SUBSCRIPTIONS_MAX).default([]),
  }),
  subscription.extend({ op: z.literal('sub'), id: z.number().int().min(0) }),
  z.object({ op: z.literal('unsub'), id: z.number().int().min(0), ch: z.string().min(1).max(FEED_NAME_MAX) }),
  z.object({ op: z.literal('refresh'), id: z.number().int().min(0), token: z.string().max(TOKEN_MAX) }),
  z.object({
    op: z.literal('hist'),
    id: z.number().int().min(0),
    c: z.number().int().min(0),
    /** events before this seq; the newest when left out */
    before: z.number().int().min(1).optional(),
    limit: z.number().int().min(1).max(HISTORY_MAX).default(HISTORY_DEFAULT),
  }),
  z.object({
    op: z.literal('pong'),
    /** last event seen of each subscription, by its number: the gateway sends nothing more to a client that is far behind until it catches up */
    pos: z.custom<Readonly<Record<string, number>>>(isPositions, 'must be a seq for each subscription').optional(),
  }),
] as const;

/** An emote in a channel's table; ticks name it by its index. */
export interface TableEmote {
  /** emote key */
  k: string;
  /** as shown */
  d: string;
}

/** The state of a channel at the position of the subscribe reply. */
export interface ChannelSnapshot {
  settings: Settings & { version: number };
  /** the newest moments, latest revision each, newest first, at most 50 */
  moments: Moment[];
  emotes: TableEmote[];
  /** recent reactions per second, oldest first; `bins[i]` is second `from + i`, pairs of [emote index, count] */
  series: { from: number; bins: [number, number][][] };
  /** connections that watch the channel, over all gateways that this one hears */
  occ: number;
  /** reactions are counted, but nothing of the channel is analysed: its moments come later; missing while all is well */
  stalled?: true;
  /** the live broadcast, if one was started */
  broadcast: { id: string; title: string; startedAt: string } | null;
}

/** An ordered event. `void` is an entry that cannot be read: only its place counts. */
export type EventFrame = { k: 'ev'; c: number; o: number; t: number } & (ChannelEvent | { y: 'void' });

/**
 * `recovered: true`: the events after `since`, in order, all of them. Otherwise the state is in the snapshot. The
 * position is given either way, also when the feed has nothing yet.
 */
export type SubscriptionReply =
  | {
      c: number;
      e: string;
      o: number;
      recovered: true;
      events: EventFrame[];
      occ: number;
      stalled?: true;
      table: { v: number; emotes: TableEmote[] };
      /** the chart from the second of `since.t` on, when it was given */
      series?: { from: number; bins: [number, number][][] };
    }
  | { c: number; e: string; o: number; recovered: false; snap: ChannelSnapshot }
  | { code: number; msg: string; after?: number };

export type ServerFrame =
  | {
      k: 'welcome';
      conn: string;
      node: string;
      /** seconds between pings of the server */
      ping: number;
      /** server time, ms */
      now: number;
      limits: { reactPerSecond: number; reactBurst: number };
      /** ticket to come back with, for two minutes */
      resume?: string;
      /** end of the access token, ms */
      exp?: number;
      subs: Record<string, SubscriptionReply>;
    }
  | { k: 'ok'; id: number; sub?: SubscriptionReply; exp?: number; events?: EventFrame[]; more?: boolean }
  | { k: 'err'; id?: number; code: number; msg: string; retry?: boolean; after?: number }
  | EventFrame
  | {
      k: 'tick';
      c: number;
      /** tick number of the room */
      s: number;
      /** server time, ms */
      at: number;
      /** reactions since the last tick: [emote index, count] */
      t: [number, number][];
      occ?: number;
      /** said when it begins, and `false` when it is over */
      stalled?: boolean;
      /** keyframe: counts of the minute that began at `m` (ms) so far; what was lost before heals by it */
      tot?: { m: number; t: [number, number][] };
    }
  | { k: 'table'; c: number; v: number; emotes: TableEmote[] }
  | { k: 'gap'; c: number; pos: FeedPosition }
  | { k: 'sys'; kind: 'drain'; after: number }
  /** the access token ends in `after` ms: `refresh`, or be closed with 4103 */
  | { k: 'sys'; kind: 'token-expiring'; after: number }
  /** with a fresh ticket */
  | { k: 'ping'; resume?: string };
