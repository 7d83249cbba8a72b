import type { LiveBus } from '../../ports/live-bus.ts';
import type { Logger } from '../../telemetry/logger.ts';

interface Subscription {
  readonly listener: (message: unknown) => void;
  open: boolean;
}

interface Delivery {
  readonly subject: string;
  readonly message: unknown;
  readonly to: readonly Subscription[];
}

/**
 * A live bus within one process. A message is what its JSON says at the moment of publishing, as it would be over
 * Redis; all subscribers share that one copy, which is deeply frozen.
 */
export function createInProcessLiveBus(parts: { logger: Logger }): LiveBus {
  return new InProcessLiveBus(parts.logger);
}

class InProcessLiveBus implements LiveBus {
  readonly #logger: Logger;
  /** The arrays are replaced, never changed: a delivery keeps the one that was there when it was published. */
  readonly #subscriptions = new Map<string, readonly Subscription[]>();
  #queue: Delivery[] = [];
  #closed = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  publish(subject: string, message: unknown): void {
    const to = this.#subscriptions.get(subject);
    if (this.#closed || !to) return;
    // A turn of the event loop, not a microtask: listeners that answer each other must not keep sockets waiting.
    if (this.#queue.length === 0) setImmediate(() => this.#deliver());
    this.#queue.push({ subject, message: frozenCopy(message), to });
  }

  async subscribe(subject: string, listener: (message: unknown) => void): Promise<Disposable> {
    if (this.#closed) throw new Error(`The live bus is closed, nobody can subscribe to ${subject}`);
    const subscription: Subscription = { listener, open: true };
    this.#subscriptions.set(subject, [...(this.#subscriptions.get(subject) ?? []), subscription]);
    return { [Symbol.dispose]: () => this.#unsubscribe(subject, subscription) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#deliver();
    this.#subscriptions.clear();
  }

  #unsubscribe(subject: string, subscription: Subscription): void {
    subscription.open = false;
    const rest = (this.#subscriptions.get(subject) ?? []).filter((other) => other !== subscription);
    if (rest.length > 0) this.#subscriptions.set(subject, rest);
    else this.#subscriptions.delete(subject);
  }

  #deliver(): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const { subject, message, to } of queue) {
      for (const subscription of to) {
        if (!subscription.open) continue;
        try {
          subscription.listener(message);
        } catch (error) {
          this.#logger.error({ err: error, subject }, 'A listener of the live bus failed');
        }
      }
    }
  }
}

function frozenCopy(message: unknown): unknown {
  if (message === null || (typeof message !== 'object' && message !== undefined)) return message;
  // What JSON has no text for (undefined) arrives as null.
  return deepFreeze(JSON.parse(JSON.stringify(message) ?? 'null'));
}

function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
