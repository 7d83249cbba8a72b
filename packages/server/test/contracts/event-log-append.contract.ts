import { partitionOf } from '@ovation/protocol';
import { expect, it } from 'vitest';
import type { NewRecord } from '../../src/ports/event-log.ts';
import { drain, type GetSubject, HOUR_MS, numbered, text } from './event-log-subject.contract.ts';

export function describeTopics(subject: GetSubject): void {
  it('records partitions and retention at creation and keeps them whatever is asked for later', async () => {
    const made = await subject().topic('t', 3, HOUR_MS);
    expect(made).toMatchObject({ name: 't', partitions: 3, retentionMs: HOUR_MS });
    expect(made.id).not.toBe('');
    expect(await subject().eventLog.createTopic({ name: 't', partitions: 7, retentionMs: 1 })).toEqual(made);
    expect(await subject().eventLog.describeTopic('t')).toEqual(made);
    expect(await subject().eventLog.endOffsets('t')).toEqual([0, 0, 0]);
  });

  it('keeps records as long as it was last told, also after it was opened again', async () => {
    const made = await subject().topic('t', 3, HOUR_MS);
    expect(await subject().eventLog.keepFor('t', 2 * HOUR_MS)).toEqual({ ...made, retentionMs: 2 * HOUR_MS });
    await expect(subject().eventLog.keepFor('t', 0)).rejects.toThrow('retention');
    await expect(subject().eventLog.keepFor('nobody', 1)).rejects.toThrow('nobody');
    await subject().reopen();
    expect(await subject().eventLog.describeTopic('t')).toEqual({ ...made, retentionMs: 2 * HOUR_MS });
  });

  it('makes one topic when two callers create it at once', async () => {
    const [first, second] = await Promise.all([subject().topic('t', 2), subject().topic('t', 5)]);
    expect(second).toEqual(first);
    expect(await subject().eventLog.topics()).toEqual([first]);
  });

  it('gives every topic an identity of its own and lists them all', async () => {
    const made = [await subject().topic('a'), await subject().topic('b')];
    expect(made[0]?.id).not.toBe(made[1]?.id);
    const listed = await subject().eventLog.topics();
    expect(listed.toSorted((x, y) => x.name.localeCompare(y.name))).toEqual(made);
    expect(await subject().eventLog.describeTopic('c')).toBeUndefined();
  });
}

export function describeAppend(subject: GetSubject): void {
  it('gives back what was appended: value, key, headers, place', async () => {
    await subject().topic('t');
    const bytes = Uint8Array.of(0, 255, 10, 13);
    const appended = await subject().eventLog.append('t', [
      { value: bytes, key: 'кλé-🎉', headers: { origin: 'eu-1', empty: '', '': 'nameless' } },
      { value: '', key: '' },
      { value: 'text 💜', key: null },
    ]);
    const records = await subject().records('t');
    expect(records.map(({ partition, offset, appendedAt }) => ({ partition, offset, appendedAt }))).toEqual(appended);
    expect(records.map(({ value }) => [...value])).toEqual([[...bytes], [], [...Buffer.from('text 💜')]]);
    expect(records.map(({ key }) => key)).toEqual(['кλé-🎉', '', null]);
    expect(records.map(({ headers }) => headers)).toEqual([{ origin: 'eu-1', empty: '', '': 'nameless' }, {}, {}]);
    expect(records.map(({ topic }) => topic)).toEqual(['t', 't', 't']);
  });

  it('lets an explicit partition win over the key, and the key over turns', async () => {
    await subject().topic('t', 8);
    const keys = Array.from({ length: 20 }, (_, n) => `channel-${n}`);
    const byKey = await subject().eventLog.append(
      't',
      keys.map((key) => ({ key, value: key })),
    );
    expect(byKey.map(({ partition }) => partition)).toEqual(keys.map((key) => partitionOf(key, 8)));
    const [explicit] = await subject().eventLog.append('t', [{ partition: 5, key: 'channel-0', value: '' }]);
    expect(explicit?.partition).toBe(5);
    expect((await subject().records('t', 5)).at(-1)?.key).toBe('channel-0');
  });

  it('takes the partitions in turn when a record names none', async () => {
    await subject().topic('t', 3);
    const appended = await subject().eventLog.append(
      't',
      Array.from({ length: 6 }, () => ({ value: '' })),
    );
    const partitions = appended.map(({ partition }) => partition);
    expect(new Set(partitions.slice(0, 3))).toEqual(new Set([0, 1, 2]));
    expect(partitions.slice(3)).toEqual(partitions.slice(0, 3));
  });

  it('is not disturbed when the caller reuses its buffer', async () => {
    await subject().topic('t');
    const value = Buffer.from('before');
    const appending = subject().eventLog.append('t', [{ value }]);
    value.write('AFTER!');
    await appending;
    expect(await subject().texts('t')).toEqual(['before']);
  });

  it('appends nothing for an empty call', async () => {
    await subject().topic('t');
    expect(await subject().eventLog.append('t', [])).toEqual([]);
    expect(await subject().eventLog.endOffsets('t')).toEqual([0]);
  });

  it('takes one call of many records and of large ones', async () => {
    await subject().topic('t', 2);
    const many = numbered(5_000);
    const large = { partition: 1, value: 'x'.repeat(1_000_000) };
    await subject().eventLog.append('t', [...many, large, large]);
    expect(await subject().texts('t')).toEqual(many.map(({ value }) => value));
    expect((await subject().records('t', 1)).map(({ value }) => value.length)).toEqual([1_000_000, 1_000_000]);
  });
}

export function describeAppendTime(subject: GetSubject): void {
  it("is the log's own, however wrong a producer's clock is", async () => {
    await subject().topic('t');
    const times: { readonly before: number; readonly after: number }[] = [];
    for (const wrongMs of [HOUR_MS, -HOUR_MS]) {
      const before = subject().clock.now();
      const timestamp = String(before + wrongMs);
      const [appended] = await subject().eventLog.append('t', [{ value: '', headers: { timestamp } }]);
      times.push({ before, after: subject().clock.now() });
      expectWithin(appended?.appendedAt, times.at(-1));
    }
    // On a manual clock both ends are the same, so the times are exactly its time.
    const records = await subject().records('t');
    expect(records).toHaveLength(2);
    for (const [n, { appendedAt }] of records.entries()) expectWithin(appendedAt, times[n]);
  });

  it('moves with the clock and is the same in what append answers and what is read', async () => {
    await subject().topic('t');
    const answered: number[] = [];
    for (let n = 0; n < 3; n++) {
      await subject().advance(10);
      const before = subject().clock.now();
      for (const { appendedAt } of await subject().eventLog.append('t', [{ value: '' }])) {
        expectWithin(appendedAt, { before, after: subject().clock.now() });
        answered.push(appendedAt);
      }
    }
    expect(answered[2]).toBeGreaterThanOrEqual((answered[0] ?? Number.NaN) + 20);
    expect((await subject().records('t')).map(({ appendedAt }) => appendedAt)).toEqual(answered);
  });
}

function expectWithin(time: number | undefined, span: { readonly before: number; readonly after: number } | undefined) {
  expect(time).toBeGreaterThanOrEqual(span?.before ?? Number.NaN);
  expect(time).toBeLessThanOrEqual(span?.after ?? Number.NaN);
}

export function describeOrder(subject: GetSubject): void {
  it('keeps records of one call together and in order under 50 producers at once', async () => {
    await subject().topic('t', 2);
    const produce = async (producer: number) => {
      for (let n = 0; n < 10; n++) {
        const pair = [0, 1].map((half) => ({ partition: producer % 2, value: `${producer} ${n} ${half}` }));
        const [first, second] = await subject().eventLog.append('t', pair);
        expect(second?.offset).toBe((first?.offset ?? Number.NaN) + 1);
      }
    };
    await Promise.all(Array.from({ length: 50 }, (_, producer) => produce(producer)));
    for (const partition of [0, 1]) {
      const records = await subject().records('t', partition);
      expect(records.map(({ offset }) => offset)).toEqual(Array.from({ length: 500 }, (_, offset) => offset));
      expect(records.every(({ appendedAt }, n) => appendedAt >= (records[n - 1]?.appendedAt ?? 0))).toBe(true);
      for (let producer = partition; producer < 50; producer += 2) {
        const own = records.map(({ value }) => text(value)).filter((value) => value.startsWith(`${producer} `));
        expect(own).toEqual(Array.from({ length: 20 }, (_, n) => `${producer} ${Math.floor(n / 2)} ${n % 2}`));
      }
    }
  });

  it('keeps the order of calls that were started one after another', async () => {
    await subject().topic('t');
    const calls = numbered(300).map((record) => subject().eventLog.append('t', [record]));
    const offsets = (await Promise.all(calls)).map(([appended]) => appended?.offset);
    expect(offsets).toEqual(Array.from({ length: 300 }, (_, offset) => offset));
    expect(await subject().texts('t')).toEqual(numbered(300).map(({ value }) => value));
  });
}

export function describeErrors(subject: GetSubject): void {
  const good: NewRecord = { partition: 0, value: 'good' };
  const bad: [string, NewRecord, object][] = [
    ['too large', { partition: 1, value: 'x'.repeat(1_048_577) }, { code: 'too_large', retryable: false }],
    ['for a partition that is not there', { partition: 2, value: '' }, { code: 'unknown_partition' }],
    ['for half a partition', { partition: 0.5, value: '' }, { code: 'unknown_partition' }],
    ['for a partition below 0', { partition: -1, value: '' }, { code: 'unknown_partition' }],
  ];
  it.each(bad)('appends nothing of a call with one record that is %s', async (_what, record, error) => {
    await subject().topic('t', 2);
    await expect(subject().eventLog.append('t', [good, record, good])).rejects.toMatchObject(error);
    expect(await subject().eventLog.endOffsets('t')).toEqual([0, 0]);
    const [next] = await subject().eventLog.append('t', [good]);
    expect(next?.offset).toBe(0);
    expect(await subject().texts('t')).toEqual(['good']);
  });

  it('names size and limit of a record that is too large, wherever its bytes are', async () => {
    await subject().topic('t');
    const size = /2,?097,?152.*1,?048,?576/;
    const half = 'x'.repeat(1_048_576);
    await expect(subject().eventLog.append('t', [{ value: half, key: half }])).rejects.toThrow(size);
    const headers = { ballast: 'x'.repeat(1_048_576) };
    await expect(subject().eventLog.append('t', [{ value: '', headers }])).rejects.toMatchObject({ code: 'too_large' });
  });

  it('names the topic that is not there', async () => {
    const { eventLog } = subject();
    const missing = { code: 'unknown_topic', message: expect.stringContaining('nowhere') };
    await expect(eventLog.append('nowhere', [good])).rejects.toMatchObject(missing);
    await expect(eventLog.append('nowhere', [])).rejects.toMatchObject(missing);
    await expect(eventLog.endOffsets('nowhere')).rejects.toMatchObject(missing);
    await expect(eventLog.earliestOffsets('nowhere')).rejects.toMatchObject(missing);
    await expect(eventLog.offsetAt('nowhere', 0, 0)).rejects.toMatchObject(missing);
    await expect(eventLog.commit('g', 'nowhere', new Map([[0, 1]]))).rejects.toMatchObject(missing);
    await expect(eventLog.committed('g', 'nowhere')).rejects.toMatchObject(missing);
    await expect(drain(eventLog, { topic: 'nowhere', from: new Map([[0, 0]]) })).rejects.toMatchObject(missing);
  });

  it('names the partition that is not there', async () => {
    await subject().topic('t', 2);
    const { eventLog } = subject();
    const missing = { code: 'unknown_partition', message: expect.stringContaining('2') };
    await expect(drain(eventLog, { topic: 't', from: new Map([[2, 0]]) })).rejects.toMatchObject(missing);
    await expect(eventLog.offsetAt('t', 2, 0)).rejects.toMatchObject(missing);
    await expect(eventLog.commit('g', 't', new Map([[2, 0]]))).rejects.toMatchObject(missing);
  });

  it('says that it is closed', async () => {
    await subject().topic('t');
    await subject().eventLog[Symbol.asyncDispose]();
    await expect(subject().eventLog.append('t', [good])).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
    await drain(subject().eventLog, { topic: 't', from: new Map([[0, 0]]) });
  });
}
