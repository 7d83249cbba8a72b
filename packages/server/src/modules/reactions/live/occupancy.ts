import { z } from 'zod';
import type { Clock } from '../../../ports/clock.ts';
import type { LiveBus } from '../../../ports/live-bus.ts';

/** How often a gateway says its number although it did not change, so that others that came later hear it. */
const REPEAT_MS = 10_000;
/** A gateway that was not heard for this long is gone. */
const EXPIRY_MS = 25_000;

const occupancySchema = z.object({ boot: z.string(), n: z.number().int().min(0), ask: z.boolean().default(false) });

export function occupancySubject(channel: string): string {
  return `occupancy:${channel}`;
}

/** How many connections watch one channel, over all gateways that this one hears. Volatile: it heals by repetition. */
export class Occupancy {
  readonly #channel: string;
  readonly #bus: LiveBus;
  readonly #clock: Clock;
  readonly #boot: string;
  readonly #others = new Map<string, { n: number; at: number }>();
  #own = 0;
  #saidN = 0;
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(parts: { channel: string; bus: LiveBus; clock: Clock; boot: string }) {
    this.#channel = parts.channel;
    this.#bus = parts.bus;
    this.#clock = parts.clock;
    this.#boot = parts.boot;
  }

  get total(): number {
    let sum = this.#own;
    for (const { n } of this.#others.values()) sum += n;
    return sum;
  }

  set own(n: number) {
    this.#own = n;
  }

  /** Asks the others for their numbers. Called once, when the subject is subscribed. */
  ask(): void {
    this.#say(true);
  }

  hear(message: unknown): void {
    const { data } = occupancySchema.safeParse(message);
    if (!data || data.boot === this.#boot) return;
    if (data.n > 0) this.#others.set(data.boot, { n: data.n, at: this.#clock.now() });
    else this.#others.delete(data.boot);
    if (data.ask && this.#own > 0) this.#say(false);
  }

  /** Called by the sweep: says what changed, repeats what did not, forgets who fell silent. */
  sweep(now: number): void {
    for (const [boot, { at }] of this.#others) if (now - at > EXPIRY_MS) this.#others.delete(boot);
    const isDue = now - this.#saidAt >= REPEAT_MS && this.#own > 0;
    if (this.#own !== this.#saidN || isDue) this.#say(false);
  }

  #say(ask: boolean): void {
    this.#saidN = this.#own;
    this.#saidAt = this.#clock.now();
    this.#bus.publish(occupancySubject(this.#channel), { boot: this.#boot, n: this.#own, ask });
  }
}
