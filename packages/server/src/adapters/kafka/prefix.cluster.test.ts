import { expect, inject, it, onTestFinished } from 'vitest';
import { createSystemClock } from '../system/clock.ts';
import { openKafkaEventLog } from './event-log.ts';

const HOUR_MS = 3_600_000;

async function open(prefix?: string) {
  const brokers = inject('engines').kafka.split(',');
  const service = { brokers, replication: 1, ...(prefix !== undefined && { prefix }) };
  const eventLog = await openKafkaEventLog({ service, clock: createSystemClock(), unavailableAfterMs: 60_000 });
  onTestFinished(() => eventLog[Symbol.asyncDispose]());
  return eventLog;
}

it('installations with different prefixes do not see each other, and their callers see no prefix', async () => {
  const mine = `p${process.pid}-one.`;
  const [one, other, plain] = [await open(mine), await open(`p${process.pid}-two.`), await open()];
  const made = await one.createTopic({ name: 'prefixed', partitions: 1, retentionMs: HOUR_MS });
  expect(made.name).toBe('prefixed');
  expect(await other.describeTopic('prefixed')).toBeUndefined();
  expect((await plain.describeTopic(`${mine}prefixed`))?.id).toBe(made.id);
  await one.append('prefixed', [{ value: 'first' }]);
  // Ends at the offsets of the call, so what comes later is not read.
  const batches = one.read({ topic: 'prefixed', from: new Map([[0, 0]]), follow: false });
  await one.commit('readers', 'prefixed', new Map([[0, 1]]));
  const read: string[] = [];
  for await (const { records } of batches) {
    for (const { topic, value } of records) read.push(`${topic} ${Buffer.from(value).toString()}`);
  }
  expect(read).toEqual(['prefixed first']);
  expect(await one.committed('readers', 'prefixed')).toEqual(new Map([[0, 1]]));
  expect(await plain.committed(`${mine}readers`, `${mine}prefixed`)).toEqual(new Map([[0, 1]]));
  expect((await one.topics()).map(({ name }) => name)).toEqual(['prefixed']);
});
