import type { AnalyzedChannel } from './analyzed-channel.ts';
import type { ChannelDetector, ChannelFinding, ChannelRecordActivity, JudgeContext } from './detectors/index.ts';

/** Hands one record's activity to every channel detector; their states are made when missing. */
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

/** What the detectors say when append time has passed whole seconds; states that became idle are dropped. */
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
