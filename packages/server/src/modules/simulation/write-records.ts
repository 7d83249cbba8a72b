import { DEMO_CHANNEL } from '@ovation/protocol';
import type { Clock } from '../../ports/clock.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { RawEmotes } from '../../stream/raw-emotes.ts';
import type { Logger } from '../../telemetry/logger.ts';

export interface RecordParts {
  readonly eventLog: EventLog;
  readonly clock: Clock;
  readonly logger: Logger;
  /** classic topic of single emotes */
  readonly topic: string;
}

/** Single emotes of channel `demo` as classic records. Disposing waits for the append that is under way. */
export interface RecordWriter extends AsyncDisposable {
  isBusy(): boolean;
  /** Value `{emote, timestamp, streamerId}`, key = channel. Does nothing while the append before is under way. */
  write(emotes: readonly string[]): void;
}

export function createRecordWriter({ eventLog, clock, logger, topic }: RecordParts): RecordWriter {
  const rawEmotes = new RawEmotes({ eventLog, clock, topic });
  let writing: Promise<void> | undefined;

  async function append(emotes: readonly string[]): Promise<void> {
    const timestamp = new Date(clock.now()).toISOString();
    const values = emotes.map((emote) => JSON.stringify({ emote, timestamp, streamerId: DEMO_CHANNEL }));
    await rawEmotes.append(DEMO_CHANNEL, values);
    logger.debug({ topic, count: values.length, occurredAt: timestamp }, 'Simulated emotes sent');
  }

  return {
    isBusy: () => writing !== undefined,
    write(emotes) {
      // A log that is slow gets fewer records, not a growing pile of them.
      if (writing || emotes.length === 0) return;
      writing = append(emotes)
        .catch((error: unknown) => logger.error({ topic, error: String(error) }, 'The simulation could not write'))
        .finally(() => {
          writing = undefined;
        });
    },
    async [Symbol.asyncDispose]() {
      await writing;
    },
  };
}
