import type { Clock } from '../../src/ports/clock.ts';

/** A clock for tests: time passes only by `advance`. */
export interface ManualClock extends Clock {
  /** Lets `ms` pass and runs what becomes due on the way, in order of time, then of creation, each at its own time. */
  advance(ms: number): void;
  /** Sets the machine's own clock back by `ms`; `now` stays where it is. */
  setBack(ms: number): void;
}

interface Appointment {
  dueAt: number;
  readonly periodMs: number | undefined;
  readonly task: () => void;
}

/** Starts at 2026-01-01T00:00:00Z unless told otherwise: whole minutes keep window arithmetic readable. */
export function createManualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let nowMs = startMs;
  let aheadMs = 0;
  let steppedMs = 0;
  // A set keeps the order of creation, which decides between tasks that are due at the same time.
  const appointments = new Set<Appointment>();

  const schedule = (delayMs: number, task: () => void, periodMs?: number): Disposable => {
    const appointment: Appointment = { dueAt: nowMs + Math.max(0, delayMs), periodMs, task };
    appointments.add(appointment);
    return { [Symbol.dispose]: () => void appointments.delete(appointment) };
  };

  const nextDue = (untilMs: number): Appointment | undefined => {
    let first: Appointment | undefined;
    for (const appointment of appointments) {
      if (appointment.dueAt <= untilMs && (!first || appointment.dueAt < first.dueAt)) first = appointment;
    }
    return first;
  };

  const run = (appointment: Appointment): void => {
    nowMs = Math.max(nowMs, appointment.dueAt);
    if (appointment.periodMs === undefined) appointments.delete(appointment);
    else appointment.dueAt += appointment.periodMs;
    appointment.task();
  };

  return {
    now: () => nowMs,
    wall: () => nowMs - aheadMs,
    elapsed: () => nowMs - steppedMs,
    setBack: (ms) => {
      aheadMs += ms;
    },
    raiseTo: (atMs) => {
      const missingMs = Math.max(0, Math.ceil(atMs) - nowMs);
      nowMs += missingMs;
      steppedMs += missingMs;
    },
    after: (delayMs, task) => schedule(delayMs, task),
    every: (periodMs, task) => {
      if (!(periodMs > 0)) throw new RangeError(`A period must be above 0 ms, not ${periodMs}`);
      return schedule(periodMs, task, periodMs);
    },
    advance: (ms) => {
      const untilMs = nowMs + ms;
      for (let due = nextDue(untilMs); due; due = nextDue(untilMs)) run(due);
      nowMs = Math.max(nowMs, untilMs);
    },
  };
}
