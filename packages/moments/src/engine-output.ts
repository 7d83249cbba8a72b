import type { ActivityItem, Moment } from '@ovation/protocol';

export interface ClosedWindow {
  readonly channel: string;
  readonly start: number;
  readonly collected: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly settingsVersion: number;
  readonly broadcastId: string | null;
}

export interface GoneChannel {
  readonly channel: string;
  readonly version: number;
}

/** Results of the applied records, in order. */
export interface EngineOutput {
  moments: Moment[];
  closed: ClosedWindow[];
  /** reactions that came after their window had closed */
  late: { channel: string; start: number; n: number; appendedAt: number }[];
  /** items stamped too far in the future */
  refused: { channel: string; offset: number; item: ActivityItem }[];
  /** deleted channels: whatever has a lower version belongs to what is gone */
  gone: GoneChannel[];
  counted: number;
  /** numbered records that had been applied before */
  repeated: number;
}

export function emptyOutput(): EngineOutput {
  return { moments: [], closed: [], late: [], refused: [], gone: [], counted: 0, repeated: 0 };
}
