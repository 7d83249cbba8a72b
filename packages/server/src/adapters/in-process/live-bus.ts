import type { LiveBus } from '../../ports/live-bus.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { LocalDelivery } from './local-delivery.ts';

/** A live bus within one process. A message is what its JSON says at the moment of publishing, as it would be over Redis. */
export function createInProcessLiveBus(parts: { logger: Logger }): LiveBus {
  return new InProcessLiveBus(parts.logger);
}

class InProcessLiveBus implements LiveBus {
  readonly #local: LocalDelivery;
  #closed = false;

  constructor(logger: Logger) {
    this.#local = new LocalDelivery(logger);
  }

  publish(subject: string, message: unknown): void {
    if (!this.#closed) this.#local.hand(subject, () => copyOf(message));
  }

  async subscribe(subject: string, listener: (message: unknown) => void): Promise<Disposable> {
    if (this.#closed) throw new Error(`The live bus is closed, nobody can subscribe to ${subject}`);
    return this.#local.subscribe(subject, listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#local.end();
  }
}

function copyOf(message: unknown): unknown {
  if (message === null || (typeof message !== 'object' && message !== undefined)) return message;
  // What JSON has no text for (undefined) arrives as null.
  return JSON.parse(JSON.stringify(message) ?? 'null');
}
