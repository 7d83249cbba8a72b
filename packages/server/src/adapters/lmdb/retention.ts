import type { Logger } from '../../telemetry/logger.ts';
import type { BlockPlace } from './block-key.ts';
import type { Catalogue, PartitionState, TopicState } from './catalogue.ts';
import type { Positions } from './positions.ts';
import type { LogStore } from './store.ts';
import type { Writer } from './writer.ts';

/** Blocks removed in one transaction: a long absence must not become one long stop. */
const BLOCKS_PER_STEP = 256;
/** Above the hard limit: few at a time, so that little more goes than must. */
const BLOCKS_PER_HARD_STEP = 16;

interface Parts {
  readonly store: LogStore;
  readonly catalogue: Catalogue;
  readonly positions: Positions;
  readonly writer: Writer;
  readonly logger: Logger;
  readonly hardLimitBytes: number;
}

interface PartitionPlace {
  readonly topic: TopicState;
  readonly partition: number;
  readonly state: PartitionState;
}

/**
 * Removes what is older than the topic's retention, but nothing that a group has not read yet (flows.md row 16). Above
 * the hard limit the disk comes first: then whatever has outlived most of its retention goes, read or not, and the log
 * says so.
 */
export class Retention {
  readonly #parts: Parts;
  #running: Promise<void> | undefined;
  #askedMs: number | undefined;
  #stopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Never rejects. A call while one is running makes that one look once more. */
  async trim(nowMs: number): Promise<void> {
    this.#askedMs = nowMs;
    this.#running ??= this.#trim().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  /** Stops after the step that is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #trim(): Promise<void> {
    try {
      while (this.#askedMs !== undefined && !this.#stopped) {
        const nowMs = this.#askedMs;
        this.#askedMs = undefined;
        for (const place of this.#places()) await this.#trimByAge(place, nowMs);
        await this.#trimToLimit(nowMs);
      }
    } catch (error) {
      this.#parts.logger.error({ err: error }, 'The event log could not be trimmed; it is tried again in a minute');
    }
  }

  *#places(): Generator<PartitionPlace> {
    for (const topic of this.#parts.catalogue.all()) {
      for (const [partition, state] of topic.partitions.entries()) yield { topic, partition, state };
    }
  }

  async #trimByAge(place: PartitionPlace, nowMs: number): Promise<void> {
    while (!this.#stopped) {
      const bornAfter = nowMs - place.topic.info.retentionMs;
      const unread = this.#firstUnread(place);
      const oldest = this.#oldest(place, BLOCKS_PER_STEP);
      const kept = oldest.findIndex((block) => block.appendedAt >= bornAfter || block.lastOffset >= unread);
      await this.#remove(place, kept === -1 ? oldest : oldest.slice(0, kept));
      if (kept !== -1 || oldest.length < BLOCKS_PER_STEP) return;
    }
  }

  async #trimToLimit(nowMs: number): Promise<void> {
    const { store, hardLimitBytes, logger } = this.#parts;
    const removed = new Map<PartitionState, PartitionPlace & { from: number; unreadBy: string[] }>();
    while (!this.#stopped && store.usedBytes() > hardLimitBytes) {
      const place = this.#mostOutlived(nowMs);
      if (!place) break;
      const entry = removed.get(place.state) ?? { ...place, from: place.state.earliest, unreadBy: [] };
      removed.set(place.state, entry);
      await this.#remove(place, this.#oldest(place, BLOCKS_PER_HARD_STEP));
      entry.unreadBy = this.#groupsBehind(place);
    }
    for (const { topic, partition, state, from, unreadBy } of removed.values()) {
      logger.warn(
        { topic: topic.info.name, partition, from, to: state.earliest, unreadBy, hardLimitBytes },
        `The event log is above its limit of ${hardLimitBytes} bytes: ${state.earliest - from} records went early`,
      );
    }
  }

  /** The partition whose earliest record has outlived most of its topic's retention. */
  #mostOutlived(nowMs: number): PartitionPlace | undefined {
    let found: PartitionPlace | undefined;
    let most = -1;
    for (const place of this.#places()) {
      const first = this.#oldest(place, 1)[0];
      const outlived = first ? Math.max(0, nowMs - first.appendedAt) / place.topic.info.retentionMs : -1;
      if (outlived <= most) continue;
      found = place;
      most = outlived;
    }
    return found;
  }

  #oldest({ topic, partition, state }: PartitionPlace, limit: number): BlockPlace[] {
    return this.#parts.store.places(topic.number, partition, { from: state.earliest, limit });
  }

  #firstUnread({ topic, partition }: PartitionPlace): number {
    const positions = this.#parts.positions.ofPartition(topic.info.name, partition);
    return positions.reduce((least, { position }) => Math.min(least, position), Number.POSITIVE_INFINITY);
  }

  #groupsBehind({ topic, partition, state }: PartitionPlace): string[] {
    const positions = this.#parts.positions.ofPartition(topic.info.name, partition);
    return positions.filter(({ position }) => position < state.earliest).map(({ group }) => group);
  }

  async #remove({ topic, partition, state }: PartitionPlace, blocks: readonly BlockPlace[]): Promise<void> {
    const last = blocks.at(-1);
    if (!last) return;
    const { store, writer } = this.#parts;
    const earliest = last.lastOffset + 1;
    await writer.change({
      write: () => {
        for (const block of blocks) store.removeBlock(block);
        // Without this an emptied partition would begin at offset 0 again after a restart.
        store.putStart(topic.number, partition, { earliest, lastAppendedAt: state.lastAppendedAt });
      },
      written: () => {
        state.earliest = earliest;
      },
    });
  }
}
