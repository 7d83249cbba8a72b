import type { Analysis, ChannelActivity, Moment } from '@ovation/protocol';
import type { WindowState } from '../window.ts';

/** One revision of a moment as far as its detector knows it; the engine adds whose and when it is. */
export type Finding = Readonly<
  Pick<Moment, 'emote' | 'rev' | 'count' | 'total' | 'final' | 'holds' | 'range' | 'score' | 'reasons'>
>;

export interface JudgeContext {
  readonly analysis: Analysis;
  /** append time of the record that is being applied, ms */
  readonly appendedAt: number;
}

/**
 * A detector that works on windows. `State` is one window's and must be JSON: it is stored in the snapshot. Both
 * methods must be pure functions of their arguments; nothing else may decide.
 */
export interface WindowDetector<State> {
  readonly name: string;
  start(): State;
  /** After each record that added to the window. */
  onActivity(window: WindowState, state: State, context: JudgeContext): Finding[];
  /** Once, when the window closes. */
  onClose(window: WindowState, state: State, context: JudgeContext): Finding[];
}

/** What one record added to a channel in one event-time instant. */
export interface ChannelRecordActivity {
  /** event time, ms, already clamped to the append time */
  readonly at: number;
  readonly activity: ChannelActivity;
}

/** What a channel detector says: it also says when the moment began, because no window does. */
export interface ChannelFinding extends Finding {
  /** opening second, ms: with detector and emote it is the moment's identity */
  readonly startAt: number;
}

/**
 * A detector that works on a channel across windows, in bins of its own. `State` must be JSON and bounded: it is stored
 * in the snapshot of its channel. All methods must be pure functions of their arguments; nothing else may decide.
 */
export interface ChannelDetector<State> {
  readonly name: string;
  start(): State;
  /** For each record that counted, before it is judged. Late activity and repeats do not come here. */
  onActivity(state: State, added: ChannelRecordActivity, context: JudgeContext): void;
  /**
   * When append time has passed a whole second, on what was added so far, the record that passed it included (flows.md
   * B2.5). After a silence it comes once for all seconds that passed: from `passed.from` to `passed.to`, ms, whole seconds.
   */
  onSecond(
    state: State,
    passed: { readonly from: number; readonly to: number },
    context: JudgeContext,
  ): ChannelFinding[];
  /** Whether the state says no more than `start()`: then it is dropped and nobody needs to write ticks for it. */
  isIdle(state: State): boolean;
}
