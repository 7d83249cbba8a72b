import { isIP } from 'node:net';
import type { Clock } from '../../ports/clock.ts';
import { TokenBucket } from './token-bucket.ts';

export interface GatewayLimits {
  /** connections that one process takes a second, and at once; the rest is told to come back */
  readonly upgradesPerSecond: number;
  /** open connections of one address; those of this machine (tools, a proxy) are not counted */
  readonly connectionsPerAddress: number;
}

/** A bare accept costs a tenth of this (gateway.md 3.5); a school or a hall is behind one address. */
export const DEFAULT_LIMITS: GatewayLimits = { upgradesPerSecond: 1_000, connectionsPerAddress: 2_000 };

const BURST_SECONDS = 2;

export interface Refusal {
  readonly status: 429 | 503;
  readonly reason: 'draining' | 'rate' | 'address';
  readonly problem: string;
  readonly retryAfterSeconds: number;
}

/** Who may come in now. Refusals say why and when to come back. */
export class UpgradeGate {
  readonly #clock: Clock;
  readonly #limits: GatewayLimits;
  readonly #rate: TokenBucket;
  readonly #open = new Map<string, number>();

  constructor(clock: Clock, limits: GatewayLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#rate = new TokenBucket(limits.upgradesPerSecond, BURST_SECONDS * limits.upgradesPerSecond, clock.now());
  }

  /** Undefined when the connection may be opened. Say `entered` then. */
  refusal(address: string | undefined): Refusal | undefined {
    const crowded = this.crowded(address);
    if (crowded) return crowded;
    const waitMs = this.#rate.take(1, this.#clock.now());
    if (waitMs === 0) return undefined;
    const problem = 'Too many connections are being opened; come back shortly';
    return { status: 503, reason: 'rate', problem, retryAfterSeconds: Math.ceil(waitMs / 1000) + 1 };
  }

  /** Why the address may not have one more; for whoever asks again and again, and is no new connection each time. */
  crowded(address: string | undefined): Refusal | undefined {
    const { connectionsPerAddress } = this.#limits;
    if ((this.#open.get(address ?? '') ?? 0) < connectionsPerAddress) return undefined;
    const problem = `One address may have ${connectionsPerAddress} connections; close some, or ask the operator for more`;
    return { status: 429, reason: 'address', problem, retryAfterSeconds: 30 };
  }

  /** @returns call it when the connection is gone */
  entered(address: string | undefined): () => void {
    if (address === undefined || isOwnMachine(address)) return () => undefined;
    this.#open.set(address, (this.#open.get(address) ?? 0) + 1);
    return () => {
      const left = (this.#open.get(address) ?? 1) - 1;
      if (left > 0) this.#open.set(address, left);
      else this.#open.delete(address);
    };
  }
}

function isOwnMachine(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}
