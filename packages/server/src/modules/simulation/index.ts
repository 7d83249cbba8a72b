import { seededRandom } from '@ovation/moments';
import { DEMO_CHANNEL } from '@ovation/protocol';
import { classicTick } from './classic-generator.ts';
import { createDemoAudience } from './demo-audience.ts';
import type { Messages } from '../chat-activity/index.ts';
import { seededStream } from './random.ts';
import { createRecordWriter, type RecordParts } from './write-records.ts';

export type { AudienceOptions } from './audience-model.ts';
export { calmRate, createAudience, MOMENTS_PER_HOUR_MAX, VIEWERS_MAX } from './audience-model.ts';
export { EMOTE_SETS } from './emote-sets.ts';
export type { Planned } from './plan-broadcast.ts';
export { playAudience } from './play-audience.ts';

const TICK_MS = 1_000;
const CHAT_STREAM = 5;

export interface SimulationParts extends RecordParts {
  readonly mode: 'demo' | 'classic';
  readonly seed: number;
  /** where the chat of `demo` goes; the classic generator has none */
  readonly messages: Pick<Messages, 'count'>;
}

/**
 * Plays a small audience into channel `demo` through the classic topic, one append a second. Disposing waits for the
 * append that is under way (S0-05).
 */
export function startSimulation({ messages, mode, seed, ...parts }: SimulationParts): AsyncDisposable {
  const random = seededRandom(seed);
  const audience = createDemoAudience(random, { random: seededStream(seed, CHAT_STREAM), seed });
  const writer = createRecordWriter(parts);
  const tick = () => {
    if (mode === 'classic') return writer.write(classicTick(random));
    const second = audience.second();
    writer.write(second.emotes);
    const at = parts.clock.now() / 1_000;
    if (second.messages.length > 0)
      messages.count(
        DEMO_CHANNEL,
        second.messages.map((message) => ({ ...message, at })),
      );
  };
  const timer = parts.clock.every(TICK_MS, () => {
    if (!writer.isBusy()) tick();
  });
  return {
    async [Symbol.asyncDispose]() {
      timer[Symbol.dispose]();
      await writer[Symbol.asyncDispose]();
    },
  };
}
