import { Consumer } from '@platformatic/kafka';
import type { KafkaService } from '../../config/services.ts';
import { clientOptions, REQUEST_TIMEOUT_MS } from './client-options.ts';
import { takeTurns } from './take-turns.ts';

/** How long the broker holds an answer back when there is nothing to read (S2-24). */
export const MAX_WAIT_MS = 5_000;
/** Of moved leaders a refused fetch tells, so that metadata need not be asked for often. */
const METADATA_MAX_AGE_MS = 60_000;
/** Kept for the next reader; each has a connection to every broker that it read from. */
const MAX_IDLE = 4;
/** Never seen by the broker: fetching joins no group. */
const GROUP_OF_NONE = 'ovation-readers';

/**
 * Clients that fetch. Each reader has its own: fetches that share a client would share its session at the broker, where
 * only one may be under way, and a reader that begins would wait until the long poll of another one ends.
 */
export class Consumers {
  readonly #service: KafkaService;
  readonly #idle: Consumer[] = [];
  readonly #all = new Set<Consumer>();
  #closed = false;

  constructor(service: KafkaService) {
    this.#service = service;
  }

  take(): Consumer {
    const idle = this.#idle.pop();
    if (idle) return idle;
    const options = clientOptions(this.#service);
    const fetching = new Consumer({
      ...options,
      groupId: GROUP_OF_NONE,
      retries: 0,
      requestTimeout: MAX_WAIT_MS + REQUEST_TIMEOUT_MS,
      metadataMaxAge: METADATA_MAX_AGE_MS,
    });
    const consumer = takeTurns(fetching);
    this.#all.add(consumer);
    return consumer;
  }

  /** Only when none of its fetches is under way. */
  giveBack(consumer: Consumer): void {
    if (!this.#closed && this.#idle.length < MAX_IDLE) this.#idle.push(consumer);
    else void this.#end(consumer);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(Array.from(this.#all, (consumer) => this.#end(consumer)));
  }

  async #end(consumer: Consumer): Promise<void> {
    this.#all.delete(consumer);
    // What it was connected to may be gone, which changes nothing for the readers.
    await consumer.close(true).catch(() => undefined);
  }
}
