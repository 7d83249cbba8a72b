import type { GroupLimits } from '../group-limits.ts';
import { hasCode } from '../errors.ts';

/** Why a member has to do something. */
export type Turn = 'rebalance' | 'lost';

const REBALANCE = ['REBALANCE_IN_PROGRESS'];
const LOST = ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'];

export function isRebalance(error: unknown): boolean {
  return hasCode(error, ...REBALANCE);
}

export function isLost(error: unknown): boolean {
  return hasCode(error, ...LOST);
}

/** Tells the group that the member lives, until it has to join again. */
export class Heartbeats implements Disposable {
  /** Resolves when the group shares out anew, or has lost this member. */
  readonly turn: Promise<Turn>;
  readonly #turn = Promise.withResolvers<Turn>();
  readonly #limits: GroupLimits;
  readonly #beat: () => Promise<void>;
  readonly #onTrouble: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #heardAt = performance.now();
  #ended = false;

  constructor(limits: GroupLimits, beat: () => Promise<void>, onTrouble: (error: unknown) => void) {
    this.turn = this.#turn.promise;
    this.#limits = limits;
    this.#beat = beat;
    this.#onTrouble = onTrouble;
    this.#schedule();
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (!this.#ended) this.#timer = setTimeout(() => void this.#next(), this.#limits.heartbeatMs);
  }

  async #next(): Promise<void> {
    // A broker that hangs must not hide that the session is over.
    const session = setTimeout(() => this.#turn.resolve('lost'), this.#remainingMs());
    try {
      await this.#beat();
      this.#heardAt = performance.now();
    } catch (error) {
      if (isRebalance(error)) this.#turn.resolve('rebalance');
      else if (isLost(error) || this.#remainingMs() <= 0) this.#turn.resolve('lost');
      else this.#onTrouble(error);
    } finally {
      clearTimeout(session);
    }
    this.#schedule();
  }

  #remainingMs(): number {
    return Math.max(0, this.#limits.sessionMs - (performance.now() - this.#heardAt));
  }
}
