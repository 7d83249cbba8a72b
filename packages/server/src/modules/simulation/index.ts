import { classicTick } from './classic-generator.ts';
import { createDemoAudience } from './demo-audience.ts';
import { seededRandom } from './random.ts';
import type { RecordParts } from './write-records.ts';
import { createRecordWriter } from './write-records.ts';

export type { AudienceOptions } from './audience-model.ts';
export { calmRate, createAudience, MOMENTS_PER_HOUR_MAX, VIEWERS_MAX } from './audience-model.ts';
export { EMOTE_SETS } from './emote-sets.ts';
export type { Planned } from './plan-broadcast.ts';
export { playAudience } from './play-audience.ts';

const TICK_MS = 1_000;

/**
 * Plays a small audience into channel `demo` through the documents' topic, one append a second. Disposing waits for the
 * append that is under way (S0-05).
 */
export function startSimulation(parts: RecordParts & { mode: 'demo' | 'classic'; seed: number }): AsyncDisposable {
  const random = seededRandom(parts.seed);
  const audience = createDemoAudience(random);
  const next = parts.mode === 'classic' ? () => classicTick(random) : () => audience.second();
  const writer = createRecordWriter(parts);
  const timer = parts.clock.every(TICK_MS, () => {
    if (!writer.isBusy()) writer.write(next());
  });
  return {
    async [Symbol.asyncDispose]() {
      timer[Symbol.dispose]();
      await writer[Symbol.asyncDispose]();
    },
  };
}
