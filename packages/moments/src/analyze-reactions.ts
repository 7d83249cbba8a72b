import type { Moment } from '@ovation/protocol';
import { PartitionEngine } from './engine.ts';
import { GRACE_MS, WINDOW_MS } from './window.ts';

export interface AnalyzeOptions {
  readonly interval: number;
  readonly threshold: number;
  /** emote keys */
  readonly allowed: readonly string[];
  readonly channel: string;
}

export interface AnalyzeResult {
  /** final revisions of the moments that held when their window closed, in order of time */
  moments: Moment[];
  /** windows with at least one reaction */
  windows: number;
  /** reactions that came in after their window had closed */
  late: number;
}

/**
 * The classic rule over the reactions of a file (ruling C27: a pure function of messages and settings), by the engine
 * that runs live. Times are milliseconds and must be nearly ascending.
 */
export function analyzeReactions(
  reactions: Iterable<{ at: number; emote: string }>,
  options: AnalyzeOptions,
): AnalyzeResult {
  const { channel, interval, threshold } = options;
  // A gap in a file is silence of the audience and no standstill of the event log.
  const engine = new PartitionEngine({ standstillMs: Number.POSITIVE_INFINITY, channelDetectors: [] });
  const body = { interval, threshold, allowed: [...options.allowed], broadcastId: null };
  let offset = 0;
  let now = 0;
  engine.apply({ offset: offset++, appendedAt: 0, record: { k: 's', ch: channel, ver: 1, body } });
  const result: AnalyzeResult = { moments: [], windows: 0, late: 0 };
  const collect = () => {
    const output = engine.takeOutput();
    result.windows += output.closed.length;
    result.late += output.late.reduce((sum, { n }) => sum + n, 0);
    result.moments.push(...output.moments.filter((moment) => moment.final && moment.holds));
  };
  for (const { at, emote } of reactions) {
    now = Math.max(now, at);
    const items = [{ t: at, e: emote }];
    engine.apply({ offset, appendedAt: now, record: { k: 'i', src: 'file', seq: offset, ch: channel, items } });
    offset += 1;
    if (offset % 1000 === 0) collect();
  }
  engine.apply({ offset, appendedAt: now + WINDOW_MS + GRACE_MS, record: { k: 't' } });
  collect();
  return result;
}
