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

/** One emote of one message. */
interface Reaction {
  /** ms */
  readonly at: number;
  readonly emote: string;
}

/** So many reactions are counted before the moments that they made are taken. */
const COLLECT_EVERY = 1_000;

/**
 * The classic rule over the reactions of a file (ruling C27: a pure function of messages and settings), by the engine
 * that runs live. Reactions come one by one, so memory does not grow with the file.
 */
export class ReactionAnalysis {
  readonly #channel: string;
  // A gap in a file is silence of the audience and no standstill of the event log.
  readonly #engine = new PartitionEngine({ standstillMs: Number.POSITIVE_INFINITY, channelDetectors: [] });
  readonly #result: AnalyzeResult = { moments: [], windows: 0, late: 0 };
  #offset = 1;
  #now = 0;

  constructor({ allowed, channel, interval, threshold }: AnalyzeOptions) {
    this.#channel = channel;
    const body = { interval, threshold, allowed: [...allowed], broadcastId: null };
    this.#engine.apply({ offset: 0, appendedAt: 0, record: { k: 's', ch: channel, ver: 1, body } });
  }

  /** Times must be nearly ascending. */
  add({ at, emote }: Reaction): void {
    this.#now = Math.max(this.#now, at);
    const [ch, seq, items] = [this.#channel, this.#offset, [{ t: at, e: emote }]];
    this.#engine.apply({ offset: seq, appendedAt: this.#now, record: { k: 'i', src: 'file', seq, ch, items } });
    this.#offset += 1;
    if (this.#offset % COLLECT_EVERY === 0) this.#collect();
  }

  /** Closes the last window. */
  end(): AnalyzeResult {
    const appendedAt = this.#now + WINDOW_MS + GRACE_MS;
    this.#engine.apply({ offset: this.#offset, appendedAt, record: { k: 't' } });
    this.#collect();
    return this.#result;
  }

  #collect(): void {
    const output = this.#engine.takeOutput();
    this.#result.windows += output.closed.length;
    this.#result.late += output.late.reduce((sum, { n }) => sum + n, 0);
    this.#result.moments.push(...output.moments.filter((moment) => moment.final && moment.holds));
  }
}

/** The same over reactions that are all there. */
export function analyzeReactions(reactions: Iterable<Reaction>, options: AnalyzeOptions): AnalyzeResult {
  const analysis = new ReactionAnalysis(options);
  for (const reaction of reactions) analysis.add(reaction);
  return analysis.end();
}
