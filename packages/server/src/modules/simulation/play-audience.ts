import type { AudienceMessage } from '@ovation/moments';
import { DEMO_CHANNEL, emoteKey } from '@ovation/protocol';
import type { Messages } from '../chat-activity/index.ts';
import type { Reactions } from '../reactions/index.ts';
import { type AudienceOptions, type AudienceSecond, createAudience, type SimulatedMessage } from './audience-model.ts';
import { type Random, seededStream } from './random.ts';
import type { Taps } from './tap-reactions.ts';
import { createRecordWriter, type RecordParts } from './write-records.ts';

/** A second with more reactions than this goes through digests: a record each would be a record per viewer. */
export const RECORDS_PER_SECOND_MAX = 200;
const MOMENTS_PER_HOUR = 12;
/** Digests have slots of 100 ms; a second is spread over ten of them. */
const SLOT_MS = 100;
const SLOTS = 10;
/** Different viewers that are told apart per emote and slot; what they count is exact, only how many they are is not. */
const REACTORS_PER_SLOT = 50;
const REACTORS_STREAM = 4;

export interface PlayParts extends RecordParts {
  readonly viewers: number;
  readonly seed: number;
  /** the counted flow, for seconds that are too big for records */
  readonly count: Reactions['count'];
  /** what they write */
  readonly messages: Pick<Messages, 'count'>;
}

/** What of the model is fixed when it is played. */
export function playedAudience(viewers: number, seed: number): AudienceOptions {
  return { viewers, momentsPerHour: MOMENTS_PER_HOUR, seed, floods: true, emotes: 'emoji' };
}

/**
 * Plays the model's audience into channel `demo` in real time, moments and floods included: small seconds as the
 * classic records, big ones counted, and its chat as messages. The same seed plays the same broadcast, which is also
 * that of `ovation simulate` with these options.
 */
export function playAudience(parts: PlayParts): AsyncDisposable {
  const { viewers, seed, clock, count, messages } = parts;
  const audience = createAudience(playedAudience(viewers, seed));
  const random = seededStream(seed, REACTORS_STREAM);
  const writer = createRecordWriter(parts);
  let slot = 0;
  let counted: readonly Taps[] = [];
  let written: readonly SimulatedMessage[] = [];

  const timer = clock.every(SLOT_MS, () => {
    if (slot === 0) {
      const second = audience.next().value;
      const isSmall = totalOf(second) <= RECORDS_PER_SECOND_MAX;
      if (isSmall) writer.write(second.reactions.flatMap(({ emote, n }) => Array.from({ length: n }, () => emote)));
      counted = isSmall ? [] : second.reactions;
      written = second.messages;
    }
    const said = written.filter(({ t }) => Math.floor((t % 1) * SLOTS) === slot);
    if (said.length > 0)
      messages.count(
        DEMO_CHANNEL,
        said.map((message) => heard(message, clock.now() / 1_000)),
      );
    for (const { emote, n } of counted) {
      const inSlot = Math.floor(((slot + 1) * n) / SLOTS) - Math.floor((slot * n) / SLOTS);
      countSlot({ emote, n: inSlot }, { random, viewers, count });
    }
    slot = (slot + 1) % SLOTS;
  });
  return {
    async [Symbol.asyncDispose]() {
      timer[Symbol.dispose]();
      await writer[Symbol.asyncDispose]();
    },
  };
}

/** As a chat would bring it, at `at` seconds of its own time. */
export function heard({ bot, e, m, n, u }: SimulatedMessage, at: number): AudienceMessage {
  return {
    at,
    author: u,
    text: m,
    ...(e && { emotes: e }),
    ...(n !== undefined && { notice: n === 'raid' ? 'raid' : 'other' }),
    ...(bot && { isBot: true }),
  };
}

function totalOf({ reactions }: AudienceSecond): number {
  return reactions.reduce((sum, { n }) => sum + n, 0);
}

function countSlot(
  { emote, n }: Taps,
  { random, viewers, count }: { random: Random; viewers: number; count: Reactions['count'] },
): void {
  const key = emoteKey(emote);
  if (key === undefined || n === 0) return;
  const reactors = Math.min(n, REACTORS_PER_SLOT);
  for (let index = 0; index < reactors; index += 1) {
    const share = Math.floor(((index + 1) * n) / reactors) - Math.floor((index * n) / reactors);
    count({ channel: DEMO_CHANNEL, key, n: share, reactor: `viewer-${Math.floor(random() * viewers)}` });
  }
}
