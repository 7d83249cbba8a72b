import type { Clock } from '../../ports/clock.ts';
import type { EngineStatus } from '../../ports/engine-status.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { reasonOf, refusalOf } from './failures.ts';

/** A shorter failure is no outage: a pause of either machine, or a connection that is made anew. */
const GRACE_MS = 1_000;

interface Failing {
  readonly sinceMs: number;
  reason: string;
  refusal: string | undefined;
}

/** What of Redis fails, part by part: a connection, or a node of a cluster. Writes one line when that changes. */
export class RedisHealth implements Disposable {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #use: string;
  readonly #failing = new Map<string, Failing>();
  #told: EngineStatus['state'] = 'up';
  #timer: Disposable | undefined;
  #isDisposed = false;

  /** @param parts.use what is away when Redis is, for the log */
  constructor(parts: { clock: Clock; logger: Logger; use: string }) {
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#use = parts.use;
  }

  status(): EngineStatus {
    const now = this.#clock.elapsed();
    let down: EngineStatus | undefined;
    for (const { reason, refusal, sinceMs } of this.#failing.values()) {
      if (refusal !== undefined) return { state: 'refused', reason: refusal };
      if (now - sinceMs >= GRACE_MS) down = { state: 'down', reason };
    }
    return down ?? { state: 'up' };
  }

  fails(part: string, error: unknown): void {
    if (this.#isDisposed) return;
    const failing = this.#failing.get(part) ?? { sinceMs: this.#clock.elapsed(), reason: '', refusal: undefined };
    // The first connection that is closed for a refusal gives a second error, which says less.
    failing.refusal = refusalOf(error) ?? failing.refusal;
    failing.reason = reasonOf(error);
    this.#failing.set(part, failing);
    if (failing.refusal !== undefined) this.#tell();
    else this.#timer ??= this.#clock.after(GRACE_MS, () => this.#tell());
  }

  works(part: string): void {
    if (this.#failing.size > 0 && this.#failing.delete(part)) this.#tell();
  }

  /** Nodes that have left a cluster are no failure of it. */
  forgetAllBut(parts: ReadonlySet<string>): void {
    for (const part of this.#failing.keys()) if (!parts.has(part)) this.works(part);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#timer?.[Symbol.dispose]();
  }

  #tell(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const status = this.status();
    // A part that fails since a moment only may be followed by one that fails for longer.
    if (status.state === 'up' && this.#failing.size > 0) this.#timer = this.#clock.after(GRACE_MS, () => this.#tell());
    if (status.state === this.#told) return;
    this.#told = status.state;
    const { reason } = { reason: undefined, ...status };
    if (status.state === 'up') this.#logger.info(`Redis serves the ${this.#use} again`);
    else if (status.state === 'down')
      this.#logger.warn({ reason }, `Redis is away; the ${this.#use} goes on without it`);
    else this.#logger.error({ reason }, `Redis refuses the ${this.#use}, which goes on without it`);
  }
}
