import { DEMO_CHANNEL } from '@ovation/protocol';
import type { Clock } from '../../ports/clock.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { Log } from '../../telemetry/log.ts';
import { classicTick } from './classic-generator.ts';
import { createDemoAudience } from './demo-audience.ts';
import { seededRandom } from './random.ts';

export type { AudienceOptions } from './audience-model.ts';
export { calmRate, createAudience, MOMENTS_PER_HOUR_MAX, VIEWERS_MAX } from './audience-model.ts';
export { EMOTE_SETS } from './emote-sets.ts';
export type { Planned } from './plan-broadcast.ts';

export type SimulationMode = 'demo' | 'classic';

const TICK_MS = 1_000;

/**
 * Plays an audience into channel `demo` through the documents' topic, one append a second: value
 * `{emote, timestamp, streamerId}`, key = channel. Disposing waits for the append that is under way (S0-05).
 */
export function startSimulation(parts: {
  eventLog: EventLog;
  clock: Clock;
  log: Log;
  mode: SimulationMode;
  seed: number;
  topic: string;
}): AsyncDisposable {
  const { clock, eventLog, log, topic } = parts;
  const random = seededRandom(parts.seed);
  const audience = createDemoAudience(random);
  const next = parts.mode === 'classic' ? () => classicTick(random) : () => audience.second();
  let writing: Promise<void> | undefined;

  async function tick(): Promise<void> {
    const timestamp = new Date(clock.now()).toISOString();
    const records = next().map((emote) => ({
      key: DEMO_CHANNEL,
      value: JSON.stringify({ emote, timestamp, streamerId: DEMO_CHANNEL }),
    }));
    if (records.length === 0) return;
    await eventLog.append(topic, records);
    log.debug({ topic, count: records.length, occurredAt: timestamp }, 'Simulated emotes sent');
  }

  const timer = clock.every(TICK_MS, () => {
    // A log that is slow gets fewer ticks, not a growing pile of them.
    if (writing) return;
    writing = tick()
      .catch((error: unknown) => log.error({ topic, error: String(error) }, 'The simulation could not write'))
      .finally(() => {
        writing = undefined;
      });
  });
  return {
    async [Symbol.asyncDispose]() {
      timer[Symbol.dispose]();
      await writing;
    },
  };
}
