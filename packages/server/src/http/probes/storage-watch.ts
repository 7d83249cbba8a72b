import type { Clock } from '../../ports/clock.ts';
import { within } from './within.ts';

/** How long after a refused write traffic is sent elsewhere. Also what callers are told to wait. */
export const DISK_FULL_MS = 10_000;
const ASK_MS = 1_000;

/** Remembers that the disk refused something (flows.md row 16): `/ready` is off until it takes writes again. */
export class StorageWatch {
  readonly #clock: Clock;
  readonly #hasRoom: () => Promise<boolean>;
  #refusedAt = -Infinity;

  constructor(clock: Clock, hasRoom: () => Promise<boolean> = () => Promise.resolve(true)) {
    this.#clock = clock;
    this.#hasRoom = hasRoom;
  }

  refused(): void {
    this.#refusedAt = this.#clock.now();
  }

  async isFull(): Promise<boolean> {
    if (this.#clock.now() - this.#refusedAt < DISK_FULL_MS) return true;
    // A disk that cannot be asked is not known to be full.
    return (await within(this.#clock, ASK_MS, this.#hasRoom)) === false;
  }
}
