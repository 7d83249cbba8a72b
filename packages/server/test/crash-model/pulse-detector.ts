import type { ChannelDetector } from '@ovation/moments';

export interface PulseState {
  /** smoothed reactions per second */
  level: number;
  /** second of event time, ms → reactions not looked at yet */
  bins: Record<string, number>;
  /** opening second of the pulse that is open, 0 = none */
  openedAt: number;
  rev: number;
  count: number;
}

/**
 * A detector of the model alone: a second with more than twice the usual reactions opens a pulse, the second judgement
 * after that confirms it. What is usual comes from all earlier seconds, so a state that is wrong once stays wrong.
 */
export const pulse: ChannelDetector<PulseState> = {
  name: 'pulse',
  start: () => ({ level: 0, bins: {}, openedAt: 0, rev: 0, count: 0 }),

  onActivity(state, { at, activity }) {
    const second = String(Math.floor(at / 1_000) * 1_000);
    const n = Object.values(activity.e).reduce((sum, one) => sum + one, 0);
    state.bins[second] = (state.bins[second] ?? 0) + n;
  },

  onSecond(state, { to }) {
    let seen = 0;
    for (const [second, n] of Object.entries(state.bins)) {
      if (Number(second) >= to) continue;
      seen += n;
      delete state.bins[second];
    }
    const isOpening = state.openedAt === 0 && seen > 2 * state.level + 3;
    if (isOpening) Object.assign(state, { openedAt: to, rev: 0, count: 0 });
    state.level = Math.floor((state.level * 7 + seen) / 8);
    if (state.openedAt === 0) return [];
    state.rev += 1;
    state.count += seen;
    const isLast = state.rev === 3;
    const { count, openedAt, rev } = state;
    if (isLast) state.openedAt = 0;
    const finding = { emote: '', rev, count, total: count, final: isLast, holds: !isLast || count > 8 };
    return [{ ...finding, startAt: openedAt }];
  },

  isIdle: ({ bins, level, openedAt }) => level === 0 && openedAt === 0 && Object.keys(bins).length === 0,
};
