import type { EngineStatus } from './engine-status.ts';

/**
 * Small state that may be lost and always runs out: session cache, presence, rate limits. Every call is atomic and takes
 * its time from the store's own clock. Nothing here may be the only copy of something that matters.
 *
 * Keys hold one kind of thing each: a value, a counter, a sorted set or a window; another kind's call on it rejects with
 * `EphemeralKindError`. All keys have a time to live, a whole number of ms, so an unused store becomes empty by itself.
 *
 * A store outside of the process may be away: then every call rejects with `EphemeralUnavailableError`, at once or within a
 * tenth of a second, and it is not known whether the call was carried out. Keys and values are well-formed text.
 */
export interface EphemeralStore extends AsyncDisposable {
  /** Of a store outside of the process. */
  status?(): EngineStatus;
  get(key: string): Promise<string | undefined>;
  /** The value, whose time to live starts anew when it is there: a session that is used stays. */
  getAndTouch(key: string, ttlMs: number): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** True when the key was free and is now taken; false leaves value and time to live as they are. */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  /** Of any kind; whether there was one. */
  delete(key: string): Promise<boolean>;

  /**
   * Adds a whole number to a counter and answers its new value. The first addition starts its time to live, later ones leave
   * it.
   */
  increment(key: string, by: number, ttlMs: number): Promise<number>;

  /** Sets the score of a member and the whole set's time to live; true when the member is new. */
  addScore(set: string, member: string, score: number, ttlMs: number): Promise<boolean>;
  /** Members by rising score, then by name (UTF-16 order); both ends belong to the range. */
  range(set: string, range: ScoreRange): Promise<ScoredMember[]>;
  /** How many members come before it, by score and then by name; undefined when it is none. */
  rank(set: string, member: string): Promise<number | undefined>;
  size(set: string): Promise<number>;
  removeMember(set: string, member: string): Promise<boolean>;
  /** How many were removed; both ends belong to the range. */
  removeByScore(set: string, from: number, to: number): Promise<number>;

  /**
   * Takes `cost` (default 1) of what the sliding window `key` gives, all or none: in no stretch of time of `windowMs` is
   * more than `limit` given. A store may bound its memory by giving up to a 128th of the window late, where a window has
   * more than 128 takes. A window that is not there is empty.
   * @throws RangeError when the window is not made of whole numbers from 1 on, or can never give `cost`
   */
  take(key: string, window: Window, cost?: number): Promise<Taken>;
}

export interface ScoreRange {
  /** default: the lowest */
  readonly from?: number;
  /** default: the highest */
  readonly to?: number;
  /** default: all */
  readonly limit?: number;
}

export interface ScoredMember {
  readonly member: string;
  readonly score: number;
}

/** Gives at most `limit` in any `windowMs`. */
export interface Window {
  readonly limit: number;
  readonly windowMs: number;
}

export interface Taken {
  readonly allowed: boolean;
  /** what could be taken now */
  readonly remaining: number;
  /** 0 when allowed; else after how long the same call would be allowed, if no other call takes */
  readonly retryAfterMs: number;
  /** how long until the window is empty again, if no call takes */
  readonly resetMs: number;
}

/** A key that holds another kind of thing than the call is for. */
export class EphemeralKindError extends Error {
  constructor(key: string, held: string, wanted: string) {
    super(`Key ${key} holds a ${held}, not a ${wanted}`);
    this.name = 'EphemeralKindError';
  }
}

/** The store is away, or refuses us. The same call may work later. */
export class EphemeralUnavailableError extends Error {
  readonly code = 'unavailable';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EphemeralUnavailableError';
  }
}

/** Instants that a window keeps one by one. With more of them it keeps later ones together. */
export const WINDOW_INSTANTS = 128;

/** @throws RangeError */
export function checkTake({ limit, windowMs }: Window, cost: number): void {
  for (const [name, value] of Object.entries({ limit, windowMs })) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`${name} must be a whole number above 0, not ${value}`);
  }
  if (!Number.isSafeInteger(cost) || cost < 0 || cost > limit) {
    throw new RangeError(`A window of ${limit} can never give ${cost}`);
  }
}

/** @throws RangeError */
export function checkTtl(ttlMs: number): void {
  if (!Number.isSafeInteger(ttlMs) || ttlMs < 1)
    throw new RangeError(`A time to live must be a whole number of ms above 0, not ${ttlMs}`);
}

/** @throws RangeError */
export function checkAddend(by: number): void {
  if (!Number.isSafeInteger(by)) throw new RangeError(`A counter takes whole numbers, not ${by}`);
}

/** @returns the score; -0 and 0 are one. @throws RangeError */
export function checkScore(score: number): number {
  if (Number.isNaN(score)) throw new RangeError('A score must be a number');
  return score + 0;
}
