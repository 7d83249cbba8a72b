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
 * Brings messages to the listeners of this process, after the call that handed them over has returned. All listeners share
 * one message, which is deeply frozen.
 */
export class LocalDelivery {
  readonly #logger: Logger;
  /** The arrays are replaced, never changed: a delivery keeps the one that was there when it was published. */
  readonly #subscriptions = new Map<string, readonly Subscription[]>();
  #queue: Delivery[] = [];

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @param read gives the message; nothing else may hold it. Called only when there are listeners */
  hand(subject: string, read: () => unknown): void {
    const to = this.#subscriptions.get(subject);
    if (!to) return;
    // A turn of the event loop, not a microtask: listeners that answer each other must not keep sockets waiting.
    if (this.#queue.length === 0) setImmediate(() => this.deliver());
    this.#queue.push({ subject, message: deepFreeze(read()), to });
  }

  subscribe(subject: string, listener: (message: unknown) => void): Disposable {
    const subscription: Subscription = { listener, open: true };
    this.#subscriptions.set(subject, [...(this.#subscriptions.get(subject) ?? []), subscription]);
    return { [Symbol.dispose]: () => this.#unsubscribe(subject, subscription) };
  }

  has(subject: string): boolean {
    return this.#subscriptions.has(subject);
  }

  /** Delivers what was handed over and ends all subscriptions. */
  end(): void {
    this.deliver();
    this.#subscriptions.clear();
  }

  /** Delivers what was handed over. */
  deliver(): void {
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

  #unsubscribe(subject: string, subscription: Subscription): void {
    subscription.open = false;
    const rest = (this.#subscriptions.get(subject) ?? []).filter((other) => other !== subscription);
    if (rest.length > 0) this.#subscriptions.set(subject, rest);
    else this.#subscriptions.delete(subject);
  }
}

function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
