import type { EngineStatus } from './engine-status.ts';

/**
 * Fast, at-most-once delivery from publishers to the gateways. Nothing on it may be needed for correctness:
 * ordered entries come again through the event log, volatile ones heal by the next tick.
 */
export interface LiveBus extends AsyncDisposable {
  /** Of a bus outside of the process. */
  status?(): EngineStatus;
  /** Of a bus outside of the process: messages since the start that it did not confirm. */
  dropped?(): number;
  /** Hands `message` (JSON-serialisable) to every subscriber of `subject` that is there now. Never throws for a dead bus. */
  publish(subject: string, message: unknown): void;
  /**
   * Resolves when the subscription is confirmed: everything published afterwards arrives, in publishing order per
   * publisher and subject; subjects may overtake each other. An error thrown by `listener` is reported and does not reach
   * other listeners or the publisher.
   *
   * A bus outside of the process may be away. Then this resolves all the same, at once when that is known and else within a
   * second: `listener` hears what this process publishes, and everything else from when the bus is back. So a subscriber that
   * needs every entry reads the event log as well (flows.md B4.1), with or without a confirmation.
   */
  subscribe(subject: string, listener: (message: unknown) => void): Promise<Disposable>;
}
