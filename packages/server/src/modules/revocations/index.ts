import { randomUUID } from 'node:crypto';
import { CONTROL_FEED, controlEventSchema, type ControlEvent, type Revocation } from '@ovation/protocol';
import type { Clock } from '../../ports/clock.ts';
import type { Database, UnitOfWork } from '../../ports/database.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { LiveBus } from '../../ports/live-bus.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { findAhead, type LogAheadParts } from './log-ahead.ts';
import { type Identity, RevocationList } from '../../callers/index.ts';
import { hearOthers } from './hear-others.ts';
import { readRevocations, removeRevocation, storeRevocation } from './store.ts';

export { controlMigrations } from './migrations.ts';

/** What every gateway has to hear at once: epochs and revocations. It is said on feed `system:control`. */
export interface Control extends Disposable {
  /**
   * Call it before anything is relayed or served: begins a new epoch when the log proves that the database has gone back
   * in time, and announces the epoch once.
   */
  start(): Promise<void>;
  /**
   * Refuses a user, a session or a ticket from now on. Resolves after the commit; open sockets are closed by their
   * gateways when they hear of it.
   */
  revoke(revocation: Revocation): Promise<void>;
  /** Lets them in again. */
  restore(whom: Pick<Revocation, 'kind' | 'id'>): Promise<void>;
  /** The revocations in force. */
  revocations(): Promise<Revocation[]>;
  /** Which part of the identity is revoked, by what this process has committed itself. No I/O. */
  find(identity: Identity): Revocation['kind'] | undefined;
  /** Begins a new epoch and announces it. @returns the epoch */
  renewEpoch(): Promise<string>;
  /**
   * Call it when an entry was met that the primary does not know. When the log has it too, a new epoch begins.
   * @returns whether it was so
   */
  checkTimeline(): Promise<boolean>;
}

export interface ControlParts {
  readonly database: Database;
  readonly eventLog: EventLog;
  readonly feeds: LogAheadParts['feeds'];
  /** `wall` is the machine's own clock: a revocation ends with the token that it is about */
  readonly clock: Pick<Clock, 'wall' | 'every'>;
  readonly bus: Pick<LiveBus, 'subscribe'>;
  readonly logger: Logger;
}

export function createControl(parts: ControlParts): Control {
  return new ControlDesk(parts);
}

class ControlDesk implements Control {
  readonly #parts: ControlParts;
  readonly #known = new RevocationList();
  readonly #hearing: Disposable;
  #hearingOthers: Disposable | undefined;
  #checking: Promise<boolean> | undefined;

  constructor(parts: ControlParts) {
    this.#parts = parts;
    this.#hearing = parts.database.onFeedEntries((entries) => {
      for (const { feed, body } of entries) if (feed === CONTROL_FEED) this.#hear(body);
    });
  }

  async start(): Promise<void> {
    const { bus, clock, database, logger } = this.#parts;
    if (database.isShared) {
      this.#hearingOthers = await hearOthers({
        bus,
        clock,
        logger,
        said: (body) => this.#hear(body),
        read: () => this.revocations(),
        replace: (revocations) => this.#known.replace(revocations),
      });
    }
    this.#known.replace(await this.revocations());
    if (await this.checkTimeline()) return;
    await this.#announce(this.#parts.database.epoch, null);
  }

  async revoke(revocation: Revocation): Promise<void> {
    await this.#say({ y: 'revoked', d: revocation }, (uow) => storeRevocation(uow, revocation));
  }

  async restore(whom: Pick<Revocation, 'kind' | 'id'>): Promise<void> {
    await this.#say({ y: 'restored', d: whom }, (uow) => removeRevocation(uow, whom));
  }

  revocations(): Promise<Revocation[]> {
    return readRevocations(this.#parts.database, this.#parts.clock.wall());
  }

  find(identity: Identity): Revocation['kind'] | undefined {
    return this.#known.find(identity, this.#parts.clock.wall());
  }

  async renewEpoch(): Promise<string> {
    const { database } = this.#parts;
    const before = database.epoch;
    const epoch = await database.renewEpoch();
    await this.#announce(epoch, before);
    return epoch;
  }

  checkTimeline(): Promise<boolean> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  [Symbol.dispose](): void {
    this.#hearing[Symbol.dispose]();
    this.#hearingOthers?.[Symbol.dispose]();
  }

  async #check(): Promise<boolean> {
    const ahead = await findAhead(this.#parts);
    if (!ahead) return false;
    const epoch = await this.renewEpoch();
    this.#parts.logger.warn({ ...ahead, renewed: epoch }, 'The database has gone back in time; clients get a snapshot');
    return true;
  }

  /** Once for each epoch: a repeat has a key that the feed knows. */
  #announce(epoch: string, before: string | null): Promise<void> {
    const body: ControlEvent = { y: 'epoch', d: { epoch, before } };
    return this.#parts.database.unitOfWork(async (uow) =>
      uow.appendFeed({ feed: CONTROL_FEED, key: `epoch:${epoch}`, body }),
    );
  }

  #say(event: ControlEvent, store: (uow: UnitOfWork) => Promise<void>): Promise<void> {
    const key = randomUUID();
    return this.#parts.database.unitOfWork(async (uow) => {
      await store(uow);
      uow.appendFeed({ feed: CONTROL_FEED, key, body: event });
    });
  }

  #hear(body: unknown): void {
    const { data } = controlEventSchema.safeParse(body);
    if (data) this.#known.apply(data);
  }
}
