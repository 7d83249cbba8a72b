import { ACTIVITY_RECORD_MAX_BYTES, type ChannelActivity } from '@ovation/protocol';

/** A second is a whole number of slots, so a slot never crosses one: detectors bin by the second. */
export const SLOT_MS = 100;

/** What the fields around `ch` take at most: src, a sequence of 16 digits, a time. */
const HEADER_BYTES = 256;

export interface CountedReaction {
  readonly channel: string;
  /** emote key */
  readonly key: string;
  readonly n: number;
  /** the reactors; only the number of distinct ones leaves the process */
  readonly reactor: string;
}

export type ActivityByChannel = Record<string, ChannelActivity>;

export function slotStart(atMs: number): number {
  return atMs - (atMs % SLOT_MS);
}

/** The reactions of one partition in one slot, still being counted. */
export class DigestSlot {
  readonly startAt: number;
  readonly #channels = new Map<string, { counts: Map<string, number>; reactors: Set<string> }>();

  constructor(startAt: number) {
    this.startAt = startAt;
  }

  add({ channel, key, n, reactor }: CountedReaction): void {
    let seen = this.#channels.get(channel);
    if (!seen) {
      seen = { counts: new Map(), reactors: new Set() };
      this.#channels.set(channel, seen);
    }
    seen.counts.set(key, (seen.counts.get(key) ?? 0) + n);
    seen.reactors.add(reactor);
  }

  /** The counts as one or more `ch` fields, each small enough for a record. */
  parts(maxBytes = ACTIVITY_RECORD_MAX_BYTES): ActivityByChannel[] {
    const channels = [...this.#channels].map(([name, { counts, reactors }]): NamedActivity => {
      return [name, { e: Object.fromEntries(counts), r: reactors.size, m: 0, a: 0, f: {} }];
    });
    return split(channels, maxBytes - HEADER_BYTES).map((part) => Object.fromEntries(part));
  }
}

/** All reactions in a part, for the books. */
export function reactionsIn(part: ActivityByChannel): number {
  let sum = 0;
  for (const { e } of Object.values(part)) for (const n of Object.values(e)) sum += n;
  return sum;
}

type NamedActivity = [name: string, activity: ChannelActivity];

/** Halves by channel until each part fits; a channel that is too big alone is halved by emote. */
function split(channels: NamedActivity[], maxBytes: number): NamedActivity[][] {
  if (Buffer.byteLength(JSON.stringify(Object.fromEntries(channels))) <= maxBytes) return [channels];
  const [only] = channels;
  if (!only) return [];
  if (channels.length === 1) return splitEmotes(only).flatMap((half) => split([half], maxBytes));
  const middle = Math.ceil(channels.length / 2);
  return [...split(channels.slice(0, middle), maxBytes), ...split(channels.slice(middle), maxBytes)];
}

function splitEmotes([name, activity]: NamedActivity): NamedActivity[] {
  const emotes = Object.entries(activity.e);
  if (emotes.length < 2) return [];
  const middle = Math.ceil(emotes.length / 2);
  return [
    [name, { ...activity, e: Object.fromEntries(emotes.slice(0, middle)) }],
    // Reactors and chat belong to the first half only: the analyzer adds the parts up.
    [name, { e: Object.fromEntries(emotes.slice(middle)), r: 0, m: 0, a: 0, f: {} }],
  ];
}
