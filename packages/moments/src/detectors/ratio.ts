import type { Analysis } from '@ovation/protocol';
import type { WindowState } from '../window.ts';
import type { Finding, JudgeContext, WindowDetector } from './detector.ts';

/** The first revision comes at once, further ones at most this often in append time (flows.md row 10). */
const REVISION_PERIOD_MS = 1_000;

interface Published {
  rev: number;
  count: number;
  total: number;
  at: number;
}

export interface RatioState {
  /** `collected` when the window was last judged; 0 = never */
  judged: number;
  published: Record<string, Published>;
}

/**
 * The classic rule: a moment is an emote whose share of the allowed reactions of a minute is strictly above the
 * threshold. The window is judged whenever `interval` more reactions were collected, and when it closes (flows.md B2).
 */
export const ratio: WindowDetector<RatioState> = {
  name: 'ratio',

  start: () => ({ judged: 0, published: {} }),

  onActivity(window, state, context) {
    if (window.collected - state.judged < context.analysis.interval) return [];
    state.judged = window.collected;
    const total = totalOf(window, context.analysis);
    return above(window, total, context.analysis).flatMap((emote) => revise(window, state, context, { emote, total }));
  },

  onClose(window, state, context) {
    const wasJudged = state.judged > 0 || window.collected >= context.analysis.interval;
    if (!wasJudged) return [];
    const total = totalOf(window, context.analysis);
    const holding = new Set(above(window, total, context.analysis));
    const emotes = new Set([...Object.keys(state.published), ...holding]);
    return [...emotes].map((emote) => ({
      emote,
      rev: (state.published[emote]?.rev ?? 0) + 1,
      count: window.counts[emote] ?? 0,
      total,
      final: true,
      holds: holding.has(emote),
    }));
  },
};

function revise(
  window: WindowState,
  state: RatioState,
  context: JudgeContext,
  share: { emote: string; total: number },
): Finding[] {
  const { emote, total } = share;
  const count = window.counts[emote] ?? 0;
  const before = state.published[emote];
  if (before) {
    const unchanged = before.count === count && before.total === total;
    if (unchanged || context.appendedAt < before.at + REVISION_PERIOD_MS) return [];
  }
  const rev = (before?.rev ?? 0) + 1;
  state.published[emote] = { rev, count, total, at: context.appendedAt };
  return [{ emote, rev, count, total, final: false, holds: true }];
}

/** Only allowed emotes count, also in the total (ruling C8). */
function totalOf(window: WindowState, analysis: Analysis): number {
  return analysis.allowed.reduce((sum, emote) => sum + (window.counts[emote] ?? 0), 0);
}

function above(window: WindowState, total: number, analysis: Analysis): string[] {
  if (total === 0) return [];
  return analysis.allowed.filter((emote) => (window.counts[emote] ?? 0) / total > analysis.threshold);
}
