/**
 * Fast, at-most-once delivery from publishers to the gateways. Nothing on it may be needed for correctness:
 * ordered entries come again through the event log, volatile ones heal by the next tick.
 */
export interface LiveBus extends AsyncDisposable {
  /** Hands `message` (JSON-serialisable) to every subscriber of `subject` that is there now. Never throws for a dead bus. */
  publish(subject: string, message: unknown): void;
  /**
   * Resolves when the subscription is confirmed: everything published afterwards arrives, in publishing order per
   * publisher. An error thrown by `listener` is reported and does not reach other listeners or the publisher.
   */
  subscribe(subject: string, listener: (message: unknown) => void): Promise<Disposable>;
}
