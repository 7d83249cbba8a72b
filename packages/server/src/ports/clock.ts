/**
 * Time. The system clock is the wall clock plus monotonic time: it follows the wall clock forth within seconds and never
 * steps back; no module asks anything else for the time.
 */
export interface Clock {
  /** Milliseconds since 1970, UTC. Never smaller than an earlier answer. */
  now(): number;
  /**
   * What the machine's own clock says, which may step back. For what somebody else has dated, such as the end of a token:
   * `now` stays ahead after a step back.
   */
  wall(): number;
  /**
   * Milliseconds since whenever, which follow no step of the machine's clock: for how long something lasts, such as the time
   * of a limit. It may stand still while the machine sleeps.
   */
  elapsed(): number;
  /** Never answer less than this again: an event log calls it with its last append time when it opens. */
  raiseTo(atMs: number): void;
  /** Runs `task` once, `delayMs` from now. Disposing cancels it. Does not keep the process alive. */
  after(delayMs: number, task: () => void): Disposable;
  /** Runs `task` every `periodMs` until disposed. Does not keep the process alive. */
  every(periodMs: number, task: () => void): Disposable;
}
