import type { AnalyzedChannel } from './analyzed-channel.ts';
import type { ChannelDetector, ChannelFinding, ChannelRecordActivity, JudgeContext } from './detectors/index.ts';

/** Passes the activity of one record to every channel detector. A missing state is created. */
export function addToDetectors(
  detectors: readonly ChannelDetector<never>[],
  channel: AnalyzedChannel,
  added: ChannelRecordActivity,
  context: JudgeContext,
): void {
  const states = (channel.detectors ??= {});
  for (const detector of detectors) {
    // The state was made by this very detector's start(): the list only hides its type.
    detector.onActivity((states[detector.name] ??= detector.start()) as never, added, context);
  }
}

/** Findings of the detectors after append time has passed whole seconds. Idle states are dropped. */
export function judgeSecond(
  detectors: readonly ChannelDetector<never>[],
  channel: AnalyzedChannel,
  passed: { from: number; to: number },
  context: JudgeContext,
): { detector: string; finding: ChannelFinding }[] {
  const states = channel.detectors ?? {};
  return detectors.flatMap((detector) => {
    // As above: made by this detector's start().
    const state = states[detector.name] as never;
    if (state === undefined) return [];
    const findings = detector.onSecond(state, passed, context);
    if (detector.isIdle(state)) delete states[detector.name];
    return findings.map((finding) => ({ detector: detector.name, finding }));
  });
}

export function isWatched({ detectors }: AnalyzedChannel): boolean {
  return detectors !== undefined && Object.keys(detectors).length > 0;
}
