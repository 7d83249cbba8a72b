import { TOPICS } from '@ovation/protocol';
import type { Config } from '../config/config.ts';
import { ClosingStack } from '../host/closing-stack.ts';
import type { Channels } from '../modules/channels/index.ts';
import { createPartitionStore, createReadModels } from '../modules/moments/index.ts';
import type { TopicInfo } from '../ports/event-log.ts';
import { createDeadLetters, type DeadLetters } from '../stream/dead-letters.ts';
import { analyzeToEnd, firstWholeWindow, storeFrom } from '../stream/rebuild-partition.ts';
import { openAtRest } from './open-at-rest.ts';

export interface RebuildReport {
  /** of the read models brought to the log's end, as they were */
  readonly before: string;
  /** of the read models that were made again */
  readonly after: string;
  readonly records: number;
  /** set when retention has removed records: windows before this one were left as they were, ms */
  readonly firstWindow: number | undefined;
}

export interface RebuildOptions {
  readonly config: Config;
  readonly signal: AbortSignal;
  onProgress(read: number, all: number): void;
}

/**
 * Wipes what the analyzer derived from the event log and derives it again. Settings, channels, broadcasts and feeds stay:
 * they are no read models. When it is interrupted, the next start of the server goes on where it stopped.
 * @throws Error with a sentence for a person, also when a server runs on the folder
 */
export async function rebuild(options: RebuildOptions): Promise<RebuildReport> {
  await using closing = new ClosingStack();
  const world = await open({ ...options.config, roles: ['analyzer'] }, closing);
  const { activity, eventLog, readModels } = world;
  const [earliest, ends] = await Promise.all([
    eventLog.earliestOffsets(TOPICS.activity),
    eventLog.endOffsets(TOPICS.activity),
  ]);
  const all = ends.reduce((sum, end, partition) => sum + end - (earliest[partition] ?? 0), 0);
  let read = 0;
  const analyze = (partition: number, how: 'on' | 'again', store = world.store(partition, how)) =>
    analyzeToEnd({
      ...world,
      store,
      engine: {},
      // The letters of the first time are still there.
      deadLetters: how === 'on' ? world.deadLetters : NO_LETTERS,
      topic: TOPICS.activity,
      partition,
      signal: options.signal,
      onRecords: (n) => {
        if (how === 'again') options.onProgress((read += n), all);
      },
    });
  const partitions = Array.from({ length: activity.partitions }, (_, partition) => partition);
  for (const partition of partitions) await analyze(partition, 'on');
  const before = await readModels.hash();
  const firstWindow = earliest.some((offset) => offset > 0) ? await firstWindowOf(world, earliest) : undefined;
  const known = await readModels.analyses(TOPICS.activity);
  options.signal.throwIfAborted();
  await readModels.wipe(TOPICS.activity, firstWindow ?? 0);
  for (const partition of partitions) {
    const store = world.store(partition, 'again');
    if (firstWindow === undefined) await analyze(partition, 'again', store);
    else {
      const states = known.filter((of) => of.partition === partition);
      const channels = new Map(states.map(({ channel, state }) => [channel, state]));
      await analyze(partition, 'again', storeFrom(store, { firstWindow, offset: earliest[partition] ?? 0, channels }));
    }
    options.signal.throwIfAborted();
  }
  return { before, after: await readModels.hash(), records: read, firstWindow };
}

async function open(config: Config, closing: ClosingStack) {
  const { modules, platform } = await openAtRest(config, closing);
  const { activity, database } = platform;
  const { aggregatedTopic } = config;
  return {
    ...platform,
    readModels: createReadModels(database),
    deadLetters: createDeadLetters(platform),
    channels: modules.api<Channels>('channels'),
    store: (partition: number, how: 'on' | 'again') =>
      createPartitionStore({
        database,
        topic: TOPICS.activity,
        topicId: activity.id,
        partition,
        aggregatedTopic,
        isSilent: how === 'again',
      }),
  };
}

const NO_LETTERS: DeadLetters = {
  setAside: () => Promise.resolve(),
  setResultAside: () => Promise.resolve(),
};

/** One first window for all partitions: what is wiped is the same everywhere. */
async function firstWindowOf(
  { activity, eventLog }: { activity: TopicInfo; eventLog: Awaited<ReturnType<typeof open>>['eventLog'] },
  earliest: readonly number[],
): Promise<number> {
  const starts = await Promise.all(
    earliest.map(async (offset, partition) => {
      if (offset === 0) return 0;
      const from = new Map([[partition, offset]]);
      for await (const { records } of eventLog.read({ topic: activity.name, from, maxRecords: 1, follow: false })) {
        return records[0]?.appendedAt ?? 0;
      }
      // Nothing is left of this partition: nothing of it can come back.
      return Number.POSITIVE_INFINITY;
    }),
  );
  const known = starts.filter((at) => Number.isFinite(at));
  return firstWholeWindow(Math.max(0, ...known));
}
