/** How a member of a group and its brokers watch each other (S2-24). */
export interface GroupLimits {
  /** A member that is silent for so long has lost what it held. */
  readonly sessionMs: number;
  readonly heartbeatMs: number;
  /** How long the group waits for members to give back what moves. */
  readonly rebalanceMs: number;
}

export const DEFAULT_GROUP_LIMITS: GroupLimits = { sessionMs: 30_000, heartbeatMs: 3_000, rebalanceMs: 60_000 };
