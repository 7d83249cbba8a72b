import type { Analysis } from '@ovation/protocol';
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
