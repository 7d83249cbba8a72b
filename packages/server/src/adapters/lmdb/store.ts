import { type Database, open, type RootDatabase } from 'lmdb';
import type { TopicInfo } from '../../ports/event-log.ts';
import { type BlockPlace, decodeBlockKey, encodeBlockKey, endKey, seekKey } from './block-key.ts';
import { refuseWithoutRoom } from './disk-room.ts';
import { writeError } from './errors.ts';

/** What is kept about a topic. `number` stands for its name in the keys of blocks. */
export interface StoredTopic extends TopicInfo {
  readonly number: number;
}

/** What is left to know of a partition whose blocks retention has removed. */
export interface StoredStart {
  readonly earliest: number;
  readonly lastAppendedAt: number;
}

/** The next offset that a group wants of a partition. */
export interface StoredPosition {
  readonly topic: string;
  readonly group: string;
  readonly partition: number;
  readonly position: number;
}

export interface StoredBlock {
  readonly place: BlockPlace;
  readonly bytes: Buffer;
}

/** The LMDB environment of an event log: its tables and the few ways in which they are read and written. */
export class LogStore {
  readonly #folder: string;
  readonly #root: RootDatabase;
  readonly #blocks: Database<Buffer, Uint8Array>;
  readonly #topics: Database<StoredTopic, string>;
  readonly #starts: Database<StoredStart, [topic: number, partition: number]>;
  readonly #positions: Database<number, [topic: string, group: string, partition: number]>;

  constructor(folder: string, readOnly: boolean) {
    this.#folder = folder;
    // overlappingSync false: the promise of a write means on disk. eventTurnBatching false: the writer forms the groups.
    // noSubdir false: without it lmdb-js takes a folder with a dot in its name for a file.
    const durable = { overlappingSync: false, eventTurnBatching: false, noSubdir: false };
    this.#root = open({ path: folder, readOnly, maxDbs: 8, ...durable });
    this.#blocks = this.#root.openDB({ name: 'blocks', encoding: 'binary', keyEncoding: 'binary' });
    this.#topics = this.#root.openDB({ name: 'topics', encoding: 'json' });
    this.#starts = this.#root.openDB({ name: 'starts', encoding: 'json' });
    this.#positions = this.#root.openDB({ name: 'positions', encoding: 'json' });
  }

  /**
   * Runs `work`, which calls the put and remove methods below, as one transaction; resolves when it is on disk. Only
   * one may be under way: a second one would be judged by the first one's failure.
   * @param bytes of the records in it
   * @throws EventLogError `disk_full`, `unavailable`; then nothing of `work` was done
   */
  async write(work: () => void, bytes = 0): Promise<void> {
    refuseWithoutRoom(this.#folder, bytes);
    try {
      await this.#root.batch(work);
    } catch (failure) {
      throw await writeError(failure, this.#folder);
    }
  }

  putBlock(place: BlockPlace, bytes: Buffer): void {
    void this.#blocks.put(encodeBlockKey(place), bytes);
  }

  removeBlock(place: BlockPlace): void {
    void this.#blocks.remove(encodeBlockKey(place));
  }

  putTopic(topic: StoredTopic): void {
    void this.#topics.put(topic.name, topic);
  }

  putStart(topic: number, partition: number, start: StoredStart): void {
    void this.#starts.put([topic, partition], start);
  }

  putPosition({ topic, group, partition, position }: StoredPosition): void {
    void this.#positions.put([topic, group, partition], position);
  }

  topics(): StoredTopic[] {
    return Array.from(this.#topics.getRange(), ({ value }) => value);
  }

  start(topic: number, partition: number): StoredStart | undefined {
    return this.#starts.get([topic, partition]);
  }

  positions(): StoredPosition[] {
    return Array.from(this.#positions.getRange(), ({ key: [topic, group, partition], value: position }) => {
      return { topic, group, partition, position };
    });
  }

  /** The block that holds `offset`, else the next one kept. */
  blockAt(topic: number, partition: number, offset: number): BlockPlace | undefined {
    return this.places(topic, partition, { from: offset, limit: 1 })[0];
  }

  lastBlock(topic: number, partition: number): BlockPlace | undefined {
    const range = { start: endKey(topic, partition), end: seekKey(topic, partition, 0), reverse: true, limit: 1 };
    for (const key of this.#blocks.getKeys(range)) return decodeBlockKey(key);
    return undefined;
  }

  places(topic: number, partition: number, range: { from: number; limit: number }): BlockPlace[] {
    const start = seekKey(topic, partition, range.from);
    const keys = this.#blocks.getKeys({ start, end: endKey(topic, partition), limit: range.limit });
    return Array.from(keys, decodeBlockKey);
  }

  /** Blocks from the one that holds `from` on. Must be consumed without awaiting: it is one read transaction. */
  *blocks(topic: number, partition: number, from: number): Generator<StoredBlock> {
    const range = { start: seekKey(topic, partition, from), end: endKey(topic, partition) };
    for (const { key, value } of this.#blocks.getRange(range)) yield { place: decodeBlockKey(key), bytes: value };
  }

  /** Bytes that records take on disk. The file itself never shrinks; what retention frees is used again. */
  usedBytes(): number {
    // lmdb-js types its statistics as {}; these are their names in 3.5.6, and a test counts on them.
    const stats = this.#blocks.getStats() as Record<
      'pageSize' | `${'treeBranch' | 'treeLeaf'}PageCount` | 'overflowPages',
      number
    >;
    return stats.pageSize * (stats.treeBranchPageCount + stats.treeLeafPageCount + stats.overflowPages);
  }

  async close(): Promise<void> {
    await this.#root.close();
  }
}
