import type { Analysis, ChannelActivity, Moment } from '@ovation/protocol';
import type { WindowState } from '../window.ts';

/** What a detector says about one emote of a window. */
export interface Finding {
  readonly emote: string;
  readonly rev: number;
  readonly count: number;
  readonly total: number;
  readonly final: boolean;
  readonly holds: boolean;
}

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

/** What a channel detector says; it singles out its own start. */
export interface ChannelFinding extends Finding {
  /** window start or opening second, ms: with detector and emote it is the moment's identity */
  readonly startAt: number;
  /** the cut, how far it stands out, and why: as in the moment */
  readonly range?: Moment['range'];
  readonly score?: number;
  readonly reasons?: Moment['reasons'];
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
