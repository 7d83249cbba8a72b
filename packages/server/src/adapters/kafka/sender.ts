import { ProduceAcks } from '@platformatic/kafka';
import type { KafkaService } from '../../config/services.ts';
import { EventLogError } from '../../ports/event-log.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { clientOptions, RETRY_DELAY_MS } from './client-options.ts';
import type { KafkaErrors } from './errors.ts';
import type { SendBatch } from './lane.ts';
import { LogNowAndThen } from './log-now-and-then.ts';
import { stampedByProducer } from './partition-cursor.ts';
import { StampedProducer } from './stamped-producer.ts';
import { takeTurns } from './take-turns.ts';

/** Far longer than any outage: only a send that goes on keeps its numbers, by which the broker knows a repeat. */
const RETRIES = 1_000_000;
const QUICK_RETRIES = 20;
/** The client keeps the errors of all attempts until one succeeds. */
const LONG_RETRY_DELAY_MS = 1_000;

export interface SenderParts {
  readonly service: KafkaService;
  readonly errors: KafkaErrors;
  readonly logger: Logger;
}

/** Stores batches, each once: a batch whose answer was lost is sent again under the same number. */
export class Sender {
  readonly #producer: StampedProducer;
  readonly #errors: KafkaErrors;
  readonly #log: LogNowAndThen;
  #lastError: unknown = new Error('it does not answer');

  constructor({ service, errors, logger }: SenderParts) {
    this.#errors = errors;
    this.#log = new LogNowAndThen(logger, 'Records could not be appended to Kafka; it is tried again');
    const producer = new StampedProducer({
      ...clientOptions(service),
      idempotent: true,
      acks: ProduceAcks.ALL,
      retries: RETRIES,
      retryDelay: (...[, , attempt, , error]) => this.#delay(attempt, error),
    });
    this.#producer = takeTurns(producer);
  }

  /** @param before what is waited for before each batch */
  to(topic: string, partition: number, before: () => Promise<void>): SendBatch {
    return async (messages) => {
      await before();
      try {
        const { offsets } = await this.#producer.send({ messages: [...messages] });
        const appendedAt = this.#producer.lastAppendedAt(topic, partition);
        // Kafka answers -1 when the producer's clock counts.
        if (!(appendedAt >= 0)) throw stampedByProducer(topic);
        return { offset: Number(offsets?.[0]?.offset), appendedAt };
      } catch (error) {
        throw this.#errors.of(error, `Records could not be appended to topic "${topic}"`);
      }
    };
  }

  /** What a caller is told that has waited for so long. */
  unavailable(waitedMs: number): EventLogError {
    const reason = this.#errors.sentence(this.#lastError);
    const sentence = `The event log has not answered for ${waitedMs} ms, and what was being appended may still arrive: ${reason}`;
    return new EventLogError('unavailable', sentence, { cause: this.#lastError });
  }

  async close(): Promise<void> {
    await this.#producer.close(true).catch(() => undefined);
  }

  #delay(attempt: number, error: Error): number {
    this.#lastError = error;
    this.#log.warn({ reason: this.#errors.sentence(error) });
    return attempt <= QUICK_RETRIES ? RETRY_DELAY_MS : LONG_RETRY_DELAY_MS;
  }
}
