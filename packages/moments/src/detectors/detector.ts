import type { Analysis, ChannelActivity, Moment } from '@ovation/protocol';
import type { WindowState } from '../window.ts';

/** One revision of a moment, as far as its detector knows it. The engine adds id, channel, broadcast and times. */
export type Finding = Readonly<
  Pick<Moment, 'emote' | 'rev' | 'count' | 'total' | 'final' | 'holds' | 'range' | 'score' | 'reasons'>
>;

export interface JudgeContext {
  readonly analysis: Analysis;
  /** append time of the record that is being applied, ms */
  readonly appendedAt: number;
}

/**
 * A detector that works on windows. `State` belongs to one window and must be JSON, because the snapshot stores it. The
 * methods must be pure functions of their arguments.
 */
export interface WindowDetector<State> {
  readonly name: string;
  start(): State;
  /** Called after each record that added to the window. */
  onActivity(window: WindowState, state: State, context: JudgeContext): Finding[];
  /** Called once, when the window closes. */
  onClose(window: WindowState, state: State, context: JudgeContext): Finding[];
}

/** Activity that one record added to a channel at one event time. */
export interface ChannelRecordActivity {
  /** event time, ms; never later than the append time */
  readonly at: number;
  readonly activity: ChannelActivity;
}

/** What a channel detector says: it also says when the moment began, because no window does. */
export interface ChannelFinding extends Finding {
  /** opening second, ms: with detector and emote it is the moment's identity */
  readonly startAt: number;
}

/**
 * A detector that works on a channel across windows, in its own bins of time. `State` must be JSON and bounded, because
 * the snapshot of the channel stores it. All methods must be pure functions of their arguments.
 */
export interface ChannelDetector<State> {
  readonly name: string;
  start(): State;
  /** Called for each record that counts, before it is judged. Late activity and repeats are left out. */
  onActivity(state: State, added: ChannelRecordActivity, context: JudgeContext): void;
  /**
   * Called when append time has passed a whole second, after the record that passed it was added (flows.md B2.5). After
   * a silence it is called once for all passed seconds: from `passed.from` to `passed.to`, ms, whole seconds.
   */
  onSecond(
    state: State,
    passed: { readonly from: number; readonly to: number },
    context: JudgeContext,
  ): ChannelFinding[];
  /** Whether the state holds no more than `start()` gives. Then it is dropped, and it needs no ticks any more. */
  isIdle(state: State): boolean;
}
