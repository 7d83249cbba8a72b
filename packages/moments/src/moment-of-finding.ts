import { emoteDisplay, type Moment } from '@ovation/protocol';
import type { AnalyzedChannel } from './analyzed-channel.ts';
import type { Finding } from './detectors/index.ts';
import { momentId } from './moment-id.ts';

/** What a detector found, and where. */
export interface FoundIn {
  readonly name: string;
  readonly channel: AnalyzedChannel;
  /** window start or opening second, ms */
  readonly startAt: number;
  readonly detector: string;
  readonly finding: Finding;
}

/** @param at append time of the record that showed it, ms */
export function momentOf(found: FoundIn, { tenant, at }: { readonly tenant: string; readonly at: number }): Moment {
  const { name, channel, startAt, detector, finding } = found;
  const { born } = channel;
  const identity = { tenant, channel: name, detector, emote: finding.emote, born };
  return {
    id: momentId({ ...identity, startAt }),
    rev: finding.rev,
    channel: name,
    broadcastId: channel.analysis.broadcastId,
    detector,
    emote: finding.emote,
    // A moment of the whole audience has no emote, and shows none.
    display: finding.emote === '' ? '' : emoteDisplay(finding.emote),
    windowStart: new Date(startAt).toISOString(),
    count: finding.count,
    total: finding.total,
    ratio: finding.total === 0 ? 0 : finding.count / finding.total,
    final: finding.final,
    holds: finding.holds,
    settingsVersion: channel.version,
    detectedAt: at,
    ...(finding.range && { range: finding.range }),
    ...(finding.score !== undefined && { score: finding.score }),
    ...(finding.reasons && { reasons: finding.reasons }),
  };
}
