import { CONTROL_FEED, controlEventSchema, type FeedEntry, type Revocation } from '@ovation/protocol';
import { type Identity, RevocationList } from '../../callers/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Following, LiveFeeds } from '../../live-feeds/live-feed.ts';
import { every, retry } from '../../retry.ts';

const RETRY_MS = 1_000;
/** Whoever comes before control is followed waits this long, and is then asked to come back. */
const PATIENCE_MS = 5_000;

/** Who may not come in, as the doors ask for it. */
export interface Guard {
  /** False when it is not known in time: then nobody with a ticket or a token may be let in. */
  ready(): Promise<boolean>;
  /** Which part of the identity is revoked now; undefined when none is. */
  find(identity: Identity): Revocation['kind'] | undefined;
}

/** What a gateway asks of the primary about control. A module fills it. */
export interface ControlSource {
  /** The revocations in force. */
  revocations(): Promise<readonly Revocation[]>;
}

export interface ControlWatchParts {
  readonly liveFeeds: LiveFeeds;
  readonly control: Pick<ControlSource, 'revocations'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** a caller with a connection here may have been revoked */
  revoked(): void;
}

/**
 * Follows `system:control` from the start of the gateway, as any feed is followed: nothing that is announced is missed.
 * Epochs are heard by LiveFeeds itself, revocations are kept here.
 */
export class ControlWatch implements Guard, Disposable {
  readonly #parts: ControlWatchParts;
  readonly #revocations = new RevocationList();
  readonly #ready = Promise.withResolvers<boolean>();
  #isReady = false;
  #following: Following | undefined;
  /** what came while the list was read; undefined while it is not */
  #early: FeedEntry[] | undefined;
  readonly #stopping = new AbortController();

  constructor(parts: ControlWatchParts) {
    this.#parts = parts;
    void this.#open();
  }

  async ready(): Promise<boolean> {
    if (this.#isReady) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    using _patience = this.#parts.clock.after(PATIENCE_MS, () => resolve(false));
    return await Promise.race([this.#ready.promise, promise]);
  }

  find(identity: Identity): Revocation['kind'] | undefined {
    return this.#revocations.find(identity, this.#parts.clock.wall());
  }

  [Symbol.dispose](): void {
    this.#stopping.abort();
    this.#following?.[Symbol.dispose]();
    this.#ready.resolve(false);
  }

  async #open(): Promise<void> {
    const { liveFeeds } = this.#parts;
    const following = await this.#untilItWorks(() =>
      liveFeeds.follow(CONTROL_FEED, {
        entries: (entries) => this.#hear(entries),
        gap: () => void this.#load(),
        // What was revoked stays so until the list is read again.
        lost: () => undefined,
      }),
    );
    if (!following) return;
    this.#following = following;
    if (this.#stopping.signal.aborted) following[Symbol.dispose]();
    else await this.#load();
  }

  /**
   * Following comes first: what is announced while the list is read waits. When another gap has the list read again
   * meanwhile, only the newer one counts: the older may be of before what came in between.
   */
  async #load(): Promise<void> {
    const early: FeedEntry[] = [];
    this.#early = early;
    const isNewest = () => this.#early === early;
    const list = await this.#untilItWorks(async () => (isNewest() ? this.#parts.control.revocations() : undefined));
    if (!list || !isNewest()) return;
    this.#revocations.replace(list);
    this.#early = undefined;
    this.#apply(early);
    this.#becomeReady();
    this.#parts.revoked();
  }

  #becomeReady(): void {
    this.#isReady = true;
    this.#ready.resolve(true);
  }

  #hear(entries: readonly FeedEntry[]): void {
    this.#early?.push(...entries);
    if (this.#apply(entries)) this.#parts.revoked();
  }

  #apply(entries: readonly FeedEntry[]): boolean {
    let hasRevoked = false;
    for (const { seq, body } of entries) {
      const { data } = controlEventSchema.safeParse(body);
      // A newer version may say what we do not know yet.
      if (!data) this.#parts.logger.warn({ seq }, 'an entry of system:control cannot be read');
      else this.#revocations.apply(data);
      hasRevoked ||= data?.y === 'revoked';
    }
    return hasRevoked;
  }

  /** Undefined when the gateway stops meanwhile. */
  #untilItWorks<T>(work: () => Promise<T>): Promise<T | undefined> {
    const { clock, logger, metrics } = this.#parts;
    const onFailure = (error: unknown) => {
      metrics.errors.inc({ part: 'gateway' });
      logger.warn({ err: error }, 'system:control cannot be followed; trying again');
    };
    const working = retry(work, { clock, signal: this.#stopping.signal, delays: every(RETRY_MS), onFailure });
    // It fails only when it has been aborted.
    return working.catch(() => undefined);
  }
}
