import { type AudienceMessage, digestOfSecond, MessageActivity } from '@ovation/moments';
import type { ActivityItem } from '@ovation/protocol';
import type { Clock } from '../../ports/clock.ts';
import type { Reactions } from '../reactions/index.ts';
import { RecentIds } from './recent-ids.ts';

/** A message of a chat that is not ours, with the emotes in it. */
export interface SentMessage extends AudienceMessage {
  /** the same when the message is sent again */
  readonly id: string;
  /** distinct keys of the emotes in the text: each is a reaction */
  readonly emoteKeys: readonly string[];
}

/** Chat on its way to the detectors: messages become digests, by the code that reads files (flows.md B1.2). */
export interface Messages {
  /**
   * Counts the messages of a room that are reactions of its audience. No I/O. A chat module calls it for what it
   * accepted; `at` is seconds since 1970, and text is kept nowhere but in samples of moments.
   */
  count(channel: string, messages: readonly AudienceMessage[]): void;
  /**
   * The same for a batch that may come twice, and its emotes as reactions: an id counts once. Resolves when the
   * reactions are durable.
   * @throws EventLogError `unavailable` (retryable)
   */
  append(channel: string, messages: readonly SentMessage[]): Promise<void>;
}

export interface MessagesParts {
  readonly reactions: Pick<Reactions, 'append' | 'addActivity'>;
  readonly clock: Clock;
}

/** After this silence a channel's authors of the last ten minutes and its message ids are forgotten. */
const SILENCE_MS = 900_000;
const SWEEP_MS = 60_000;
/**
 * Detectors look no further back. Authors are forgotten by the times of messages: a sender who repeats one instant for ever
 * would fill memory.
 */
const OLDEST_MS = 600_000;
/** Of each channel. A batch is sent again within seconds. */
const IDS_KEPT = 10_000;

interface Room {
  readonly activity: MessageActivity;
  readonly ids: RecentIds;
  usedAt: number;
}

export function createMessages({ clock, reactions }: MessagesParts): Messages {
  const rooms = new Map<string, Room>();
  let sweepAt = 0;

  function roomOf(channel: string): Room {
    const now = clock.now();
    if (now >= sweepAt) {
      sweepAt = now + SWEEP_MS;
      for (const [name, { usedAt }] of rooms) if (usedAt < now - SILENCE_MS) rooms.delete(name);
    }
    let room = rooms.get(channel);
    if (!room) {
      room = { activity: new MessageActivity({ newcomers: true }), ids: new RecentIds(IDS_KEPT), usedAt: now };
      rooms.set(channel, room);
    }
    room.usedAt = now;
    return room;
  }

  function count(channel: string, { activity }: Room, messages: readonly AudienceMessage[]): void {
    const oldest = (clock.now() - OLDEST_MS) / 1_000;
    const inOrder = messages.filter(({ at }) => at >= oldest).toSorted((a, b) => a.at - b.at);
    // Told at once and not when the second is over: the next message may come much later.
    for (const second of [...inOrder.map((message) => activity.add(message)), activity.end()]) {
      if (second) reactions.addActivity(channel, 1_000 * second.second, digestOfSecond(second));
    }
  }

  return {
    count: (channel, messages) => count(channel, roomOf(channel), messages),
    async append(channel, messages) {
      const room = roomOf(channel);
      count(
        channel,
        room,
        messages.filter(({ id }) => room.ids.isNew(id)),
      );
      await reactions.append(channel, messages.flatMap(itemsOf));
    },
  };
}

/** Each with an id of its own, so that the analyzer counts a batch once that is sent again after a crash of ours. */
function itemsOf({ at, emoteKeys, id }: SentMessage): ActivityItem[] {
  return emoteKeys.map((e, index) => ({ t: Math.round(1_000 * at), e, id: `${id}#${index}`, m: 1 }));
}
