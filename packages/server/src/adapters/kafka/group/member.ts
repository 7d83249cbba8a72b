import type { GroupMember, GroupOptions } from '../../../ports/event-log.ts';
import { RETRY_DELAY_MS } from '../client-options.ts';
import type { GroupLimits } from '../group-limits.ts';
import { Heartbeats, isLost, isRebalance } from './heartbeats.ts';
import type { Session } from './session.ts';

export interface MemberParts {
  readonly options: GroupOptions;
  readonly session: Session;
  readonly limits: GroupLimits;
  /** Called for what another attempt may mend. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * A member of a group. It keeps what it holds while the group shares out anew, gives back only what moves, and only when the
 * work on it has been finished; then it joins again, and the partitions are free.
 */
export class Member implements GroupMember {
  held: readonly number[] = [];
  readonly #parts: MemberParts;
  readonly #joined = Promise.withResolvers<void>();
  readonly #leaving = Promise.withResolvers<'leave'>();
  #isLeaving = false;
  #running: Promise<void> | undefined;

  constructor(parts: MemberParts) {
    this.#parts = parts;
  }

  get session(): Session {
    return this.#parts.session;
  }

  /** Resolves when the group knows the member. */
  async start(): Promise<void> {
    this.#running = this.#run();
    await this.#joined.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isLeaving = true;
    this.#leaving.resolve('leave');
    await this.#running;
  }

  async #run(): Promise<void> {
    const { session, onTrouble } = this.#parts;
    while (!this.#isLeaving) {
      try {
        const joining = session.join(this.held);
        const share = await Promise.race([joining, this.#leaving.promise]);
        if (share === 'leave') {
          await this.#settleSoon(joining);
          break;
        }
        this.#joined.resolve();
        await this.#hold(share);
      } catch (error) {
        if (isLost(error)) await this.#lose();
        else if (!isRebalance(error)) {
          onTrouble(error);
          await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
        }
      }
    }
    this.#joined.resolve();
    await this.#leave();
  }

  /** A member that leaves before it knows its id would stay in the group until its session is over. */
  async #settleSoon(joining: Promise<unknown>): Promise<void> {
    const late = new Promise((resolve) => setTimeout(resolve, 2 * this.#parts.limits.heartbeatMs).unref());
    await Promise.race([joining.catch(() => undefined), late]);
  }

  /** Works with this share until the group shares out anew. */
  async #hold(share: readonly number[]): Promise<void> {
    const { session, limits, onTrouble } = this.#parts;
    using beats = new Heartbeats(limits, () => session.beat(), onTrouble);
    const revoked = this.held.filter((partition) => !share.includes(partition));
    const assigned = share.filter((partition) => !this.held.includes(partition));
    this.#assign(assigned);
    if (revoked.length > 0) {
      const turn = await Promise.race([this.#revoke(revoked).then(() => 'rebalance' as const), lossOf(beats.turn)]);
      // Joining again tells the group that they are free.
      if (turn === 'lost') await this.#lose();
      return;
    }
    const turn = await Promise.race([beats.turn, this.#leaving.promise]);
    if (turn === 'lost') await this.#lose();
  }

  #assign(partitions: readonly number[]): void {
    if (partitions.length === 0) return;
    this.held = [...this.held, ...partitions];
    this.#parts.options.onAssigned(partitions);
  }

  async #revoke(partitions: readonly number[]): Promise<void> {
    try {
      await this.#parts.options.onRevoked(partitions);
    } catch (error) {
      this.#parts.onTrouble(error);
    }
    this.held = this.held.filter((partition) => !partitions.includes(partition));
  }

  async #lose(): Promise<void> {
    const { held } = this;
    this.held = [];
    this.#parts.session.forget();
    if (held.length > 0) await this.#parts.options.onLost(held).catch((error: unknown) => this.#parts.onTrouble(error));
  }

  async #leave(): Promise<void> {
    const { session, onTrouble } = this.#parts;
    if (this.held.length > 0) await this.#revoke(this.held);
    await session.leave().catch((error: unknown) => {
      if (!isLost(error)) onTrouble(error);
    });
  }
}

/** Never resolves for a rebalance: it waits until what moves has been finished. */
function lossOf(turn: Promise<'rebalance' | 'lost'>): Promise<'lost'> {
  return new Promise((resolve) => {
    void turn.then((why) => why === 'lost' && resolve('lost'));
  });
}
