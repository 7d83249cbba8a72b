import type { Caller } from '../../callers/index.ts';
import type { Clock } from '../../ports/clock.ts';
import { TokenBucket } from './token-bucket.ts';

export interface GatewayLimits {
  /** open connections of all addresses: what is left is for pages and probes */
  readonly connections: number;
  /** connections that one process takes a second, and at once; the rest is told to come back */
  readonly upgradesPerSecond: number;
  /** open connections of one address; those of this machine (tools, a proxy) are not counted */
  readonly connectionsPerAddress: number;
}

const BURST_SECONDS = 2;

export interface Refusal {
  readonly status: 401 | 403 | 429 | 503;
  readonly reason: 'draining' | 'rate' | 'address' | 'full' | 'page' | 'revoked';
  readonly problem: string;
  /** undefined when coming again does not help */
  readonly retryAfterSeconds: number | undefined;
}

const FULL: Refusal = {
  status: 503,
  reason: 'full',
  problem: 'This server has as many connections as it can take; come back shortly',
  retryAfterSeconds: 5,
};

type Address = Pick<Caller, 'network' | 'isLocal'>;

/** Who may come in now. Refusals say why and when to come back. */
export class UpgradeGate {
  readonly #clock: Clock;
  readonly #limits: GatewayLimits;
  readonly #rate: TokenBucket;
  readonly #open = new Map<string, number>();
  #all = 0;

  constructor(clock: Clock, limits: GatewayLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#rate = new TokenBucket(limits.upgradesPerSecond, BURST_SECONDS * limits.upgradesPerSecond, clock.now());
  }

  /** Undefined when the connection may be opened. Say `entered` then. */
  refusal(caller: Address): Refusal | undefined {
    const crowded = this.crowded(caller);
    if (crowded) return crowded;
    const waitMs = this.#rate.take(1, this.#clock.now());
    if (waitMs === 0) return undefined;
    const problem = 'Too many connections are being opened; come back shortly';
    return { status: 503, reason: 'rate', problem, retryAfterSeconds: Math.ceil(waitMs / 1000) + 1 };
  }

  /** Why the network may not have one more; for a client that polls, which is no new connection each time. */
  crowded({ network }: Address): Refusal | undefined {
    const { connections, connectionsPerAddress } = this.#limits;
    if (this.#all >= connections) return FULL;
    if ((this.#open.get(network) ?? 0) < connectionsPerAddress) return undefined;
    const problem = `One address may have ${connectionsPerAddress} connections; close some, or ask the operator for more`;
    return { status: 429, reason: 'address', problem, retryAfterSeconds: 30 };
  }

  /** @returns call it when the connection is gone */
  entered({ isLocal, network }: Address): () => void {
    this.#all += 1;
    if (isLocal) return () => void (this.#all -= 1);
    this.#open.set(network, (this.#open.get(network) ?? 0) + 1);
    return () => {
      this.#all -= 1;
      const left = (this.#open.get(network) ?? 1) - 1;
      if (left > 0) this.#open.set(network, left);
      else this.#open.delete(network);
    };
  }
}
