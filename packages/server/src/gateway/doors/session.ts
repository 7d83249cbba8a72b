import type { Revocation } from '@ovation/protocol';
import type { Identity } from '../../callers/index.ts';

/** What a door does with one connection. */
export interface Session {
  /** As far as it is known now. */
  readonly identity: Identity;
  /** That part of the identity has been revoked: closes. */
  revoked(kind: Revocation['kind']): void;
  /** One message of the peer. */
  receive(data: Buffer): void;
  /** The peer answered a protocol ping. */
  ponged(): void;
  /** The socket is gone. */
  closed(): void;
  /** Called twice a second: heartbeats and deadlines, without a timer per connection. */
  sweep(now: number): void;
  /** The process stops: says so, and when to come back, where the door has words for it. */
  drain(afterMs: number): void;
  /** Closes because the process stops. */
  end(): void;
}
