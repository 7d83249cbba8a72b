import type { Clock } from '../../ports/clock.ts';
import { type AppendedRecord, EventLogError, type NewRecord } from '../../ports/event-log.ts';
import { BlockBuilder } from './block.ts';
import type { PartitionState, TopicState } from './catalogue.ts';
import type { LogStore } from './store.ts';

/** Beyond this the disk has stopped: callers are told so instead of memory filling up. */
const MAX_WAITING_BYTES = 67_108_864;

/** A record whose partition and size are known and allowed. */
export interface PlannedRecord {
  readonly record: NewRecord;
  readonly partition: number;
  readonly state: PartitionState;
  readonly bytes: number;
}

/** A change other than records, in the same transaction as what is appended meanwhile. */
export interface Change {
  /** calls the put and remove methods of the store */
  readonly write: () => void;
  /** called when it is on disk */
  readonly written: () => void;
}

/** What the next transaction appends to one partition. */
interface Run {
  readonly topic: TopicState;
  readonly partition: number;
  readonly state: PartitionState;
  readonly blocks: BlockBuilder[];
  records: number;
  appendedAt: number;
}

interface Waiting {
  readonly written: () => void;
  readonly failed: (error: unknown) => void;
}

class Group {
  readonly runs = new Map<PartitionState, Run>();
  readonly changes: Change[] = [];
  readonly appends: Waiting[] = [];
  readonly changeAnswers: Waiting[] = [];
  bytes = 0;

  isEmpty(): boolean {
    return this.appends.length === 0 && this.changeAnswers.length === 0;
  }
}

/**
 * Group commit: one transaction is under way, and what is appended meanwhile is the next one. Offsets and append times
 * are given out when a transaction begins and count only when it is on disk, so a failed one leaves no hole.
 */
export class Writer {
  readonly #store: LogStore;
  readonly #clock: Clock;
  #next = new Group();
  #scheduled = false;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(store: LogStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** All of `records` or none. */
  append(topic: TopicState, records: readonly PlannedRecord[]): Promise<AppendedRecord[]> {
    const bytes = records.reduce((sum, record) => sum + record.bytes, 0);
    const group = this.#admit(bytes);
    const places = records.map((planned) => addToRun(group, topic, planned));
    return this.#enqueue(group.appends, () =>
      places.map(({ run, index }) => {
        return {
          partition: run.partition,
          // `next` has moved behind the run by now.
          offset: run.state.next - run.records + index,
          appendedAt: run.appendedAt,
        };
      }),
    );
  }

  change(change: Change): Promise<void> {
    const group = this.#admit(0);
    group.changes.push(change);
    return this.#enqueue(group.changeAnswers, () => undefined);
  }

  /** Takes no more, writes what is waiting. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#scheduled || this.#running) {
      await (this.#running ?? new Promise((resolve) => setImmediate(resolve)));
    }
  }

  #admit(bytes: number): Group {
    if (this.#closed) throw new EventLogError('unavailable', 'The event log is closed');
    const group = this.#next;
    if (group.bytes > 0 && group.bytes + bytes > MAX_WAITING_BYTES) {
      throw new EventLogError('unavailable', `The disk is behind: ${group.bytes} bytes wait to be appended already`);
    }
    group.bytes += bytes;
    return group;
  }

  #enqueue<T>(waiting: Waiting[], answer: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      waiting.push({ written: () => resolve(answer()), failed: reject });
      this.#schedule();
    });
  }

  /** A turn later: callers that were answered just now can append to the same transaction again. */
  #schedule(): void {
    if (this.#scheduled || this.#running) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#running = this.#flush().finally(() => {
        this.#running = undefined;
        if (!this.#next.isEmpty()) this.#schedule();
      });
    });
  }

  async #flush(): Promise<void> {
    const group = this.#next;
    this.#next = new Group();
    try {
      await this.#store.write(() => this.#write(group), group.bytes);
    } catch (error) {
      for (const { failed } of group.appends) failed(error);
      await this.#changeAlone(group, error);
      return;
    }
    for (const run of group.runs.values()) advance(run);
    for (const { written } of group.appends) written();
    answerChanges(group);
    for (const run of group.runs.values()) wake(run.state);
  }

  /** A full disk refuses records; removals, which make room, and positions may go on without them. */
  async #changeAlone(group: Group, refusal: unknown): Promise<void> {
    const isFull = refusal instanceof EventLogError && refusal.code === 'disk_full';
    try {
      if (!isFull || group.runs.size === 0) throw refusal;
      if (group.changes.length > 0) await this.#store.write(() => writeChanges(group));
    } catch (error) {
      for (const { failed } of group.changeAnswers) failed(error);
      return;
    }
    answerChanges(group);
  }

  #write(group: Group): void {
    const now = Math.floor(this.#clock.now());
    for (const run of group.runs.values()) {
      run.appendedAt = Math.max(now, run.state.lastAppendedAt);
      let firstOffset = run.state.next;
      for (const block of run.blocks) {
        const lastOffset = firstOffset + block.records - 1;
        const { partition, appendedAt } = run;
        this.#store.putBlock({ topic: run.topic.number, partition, firstOffset, lastOffset, appendedAt }, block.bytes);
        firstOffset = lastOffset + 1;
      }
    }
    writeChanges(group);
  }
}

function writeChanges(group: Group): void {
  for (const change of group.changes) change.write();
}

function answerChanges(group: Group): void {
  for (const change of group.changes) change.written();
  for (const { written } of group.changeAnswers) written();
}

function addToRun(group: Group, topic: TopicState, planned: PlannedRecord): { run: Run; index: number } {
  const { partition, state, record, bytes } = planned;
  let run = group.runs.get(state);
  if (!run) {
    run = { topic, partition, state, blocks: [], records: 0, appendedAt: 0 };
    group.runs.set(state, run);
  }
  let block = run.blocks.at(-1);
  if (!block?.hasRoomFor(bytes)) {
    block = new BlockBuilder(bytes);
    run.blocks.push(block);
  }
  block.add(record, bytes);
  return { run, index: run.records++ };
}

function advance({ state, records, appendedAt }: Run): void {
  state.next += records;
  state.lastAppendedAt = appendedAt;
}

function wake(state: PartitionState): void {
  const waiting = [...state.waiting];
  state.waiting.clear();
  for (const awaken of waiting) awaken();
}
