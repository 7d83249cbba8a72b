/** One thing that the configuration names, and how it was found. Sentences are for a person and never hold a secret. */
export type Finding = Found &
  ({ readonly state: 'ok' } | { readonly state: 'warning' | 'problem'; readonly mend: string });

interface Found {
  /** what was looked at, such as `Kafka topic feeds` */
  readonly subject: string;
  readonly says: string;
}

export function fine(subject: string, says: string): Finding {
  return { subject, state: 'ok', says };
}

/** Ovation runs, and something will surprise its owner. @param mend one sentence: what a person does about it */
export function warning(subject: string, says: string, mend: string): Finding {
  return { subject, state: 'warning', says, mend };
}

/** Ovation does not start, or does not do what it promises. @param mend one sentence: what a person does about it */
export function problem(subject: string, says: string, mend: string): Finding {
  return { subject, state: 'problem', says, mend };
}

/** Instants of different engines are compared: the analyzer counts by the log's clock, tokens end by this process's. */
const SKEW_WARNING_MS = 1_000;
const SKEW_PROBLEM_MS = 30_000;

/** @param theirs what the engine's clock said at some instant between `askedAt` and `heardAt` of this process, all in ms */
export function clockFinding(
  subject: string,
  { askedAt, heardAt, theirs }: { readonly askedAt: number; readonly heardAt: number; readonly theirs: number },
): Finding {
  const aheadMs = Math.round(Math.max(theirs - heardAt, Math.min(0, theirs - askedAt)));
  const off = Math.abs(aheadMs);
  if (off < SKEW_WARNING_MS) return fine(subject, 'is within a second of the clock of this machine');
  const says = `is ${(off / 1_000).toFixed(1)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the clock of this machine`;
  const mend = 'Let both machines take their time from the same NTP servers.';
  return off < SKEW_PROBLEM_MS ? warning(subject, says, mend) : problem(subject, says, mend);
}
