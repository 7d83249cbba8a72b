import { expect, it } from 'vitest';
import { drain, type GetSubject, numbered, text } from './event-log-subject.contract.ts';

export function describeRead(subject: GetSubject): void {
  it('starts at the offset asked for and says where to go on', async () => {
    await subject().topic('t');
    await subject().eventLog.append('t', numbered(10));
    const batches = [];
    const options = { topic: 't', from: new Map([[0, 3]]), maxRecords: 4, follow: false };
    for await (const batch of subject().eventLog.read(options)) batches.push(batch);
    expect(batches.map(({ records }) => records.map(({ offset }) => offset))).toEqual([
      [3, 4, 5, 6],
      [7, 8, 9],
    ]);
    expect(batches.map(({ nextOffset }) => nextOffset)).toEqual([7, 10]);
    expect(batches.every((batch) => !('gapFrom' in batch))).toBe(true);
  });

  it('ends at the end offsets of the call when it does not follow', async () => {
    await subject().topic('t');
    await subject().eventLog.append('t', numbered(2, 'before'));
    const reading = subject().eventLog.read({ topic: 't', from: new Map([[0, 0]]), follow: false });
    await subject().eventLog.append('t', numbered(2, 'after'));
    const values: string[] = [];
    for await (const { records } of reading) values.push(...records.map(({ value }) => text(value)));
    expect(values).toEqual(['before 0', 'before 1']);
  });

  it('ends at once when there is nothing at or above the offset', async () => {
    await subject().topic('t');
    expect(await subject().records('t')).toEqual([]);
    await subject().eventLog.append('t', numbered(2));
    expect(await subject().records('t', 0, 2)).toEqual([]);
    expect(await subject().records('t', 0, 99)).toEqual([]);
  });

  it('reads only the partitions named, each in order and each batch of one partition', async () => {
    await subject().topic('t', 3);
    const records = Array.from({ length: 30 }, (_, n) => ({ partition: n % 3, value: `${n}` }));
    await subject().eventLog.append('t', records);
    const from = new Map([
      [0, 0],
      [2, 5],
    ]);
    const seen = new Map<number, string[]>();
    for await (const batch of subject().eventLog.read({ topic: 't', from, follow: false, maxRecords: 2 })) {
      expect(batch.records.every(({ partition }) => partition === batch.partition)).toBe(true);
      const values = batch.records.map(({ value }) => text(value));
      seen.set(batch.partition, [...(seen.get(batch.partition) ?? []), ...values]);
    }
    expect(Object.fromEntries(seen)).toEqual({
      0: Array.from({ length: 10 }, (_, n) => `${n * 3}`),
      2: Array.from({ length: 5 }, (_, n) => `${(n + 5) * 3 + 2}`),
    });
  });
}

export function describeFollowing(subject: GetSubject): void {
  it('shows every record exactly once while appends go on', async () => {
    await subject().topic('t', 2);
    const total = 600;
    const stop = new AbortController();
    const follow = async (maxRecords: number) => {
      const seen: string[] = [];
      const from = new Map([
        [0, 0],
        [1, 0],
      ]);
      for await (const { records } of subject().eventLog.read({ topic: 't', from, maxRecords, signal: stop.signal })) {
        seen.push(...records.map(({ value }) => text(value)));
        if (seen.length >= total) break;
      }
      return seen;
    };
    const readers = [follow(1), follow(7), follow(1_000)];
    const produce = async (producer: number) => {
      for (let n = 0; n < total / 20; n++) {
        await subject().eventLog.append('t', [{ partition: producer % 2, value: `${producer} ${n}` }]);
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, producer) => produce(producer)));
    const expected = Array.from({ length: total }, (_, n) => `${n % 20} ${Math.floor(n / 20)}`).toSorted();
    for (const seen of await Promise.all(readers)) expect(seen.toSorted()).toEqual(expected);
    stop.abort();
  });

  it('wakes on an append, and starts above the end when asked to', async () => {
    await subject().topic('t');
    const batches = subject().eventLog.read({ topic: 't', from: new Map([[0, 2]]) });
    const reading = batches[Symbol.asyncIterator]();
    const next = reading.next();
    await subject().eventLog.append('t', numbered(2));
    await subject().eventLog.append('t', numbered(1, 'third'));
    const { value: batch } = await next;
    expect(batch).toMatchObject({ partition: 0, nextOffset: 3 });
    expect(batch).not.toHaveProperty('gapFrom');
    await reading.return?.();
  });

  it('ends without an error when its signal aborts, before, while waiting and between batches', async () => {
    await subject().topic('t');
    const from = new Map([[0, 0]]);
    await drain(subject().eventLog, { topic: 't', from, signal: AbortSignal.abort() });

    const waiting = new AbortController();
    const waiter = drain(subject().eventLog, { topic: 't', from, signal: waiting.signal });
    setImmediate(() => waiting.abort());
    await waiter;

    await subject().eventLog.append('t', numbered(5));
    const between = new AbortController();
    let batches = 0;
    for await (const _batch of subject().eventLog.read({ topic: 't', from, maxRecords: 1, signal: between.signal })) {
      batches++;
      between.abort();
    }
    expect(batches).toBe(1);
  });

  it('ends without an error when the log closes', async () => {
    await subject().topic('t');
    const reader = drain(subject().eventLog, { topic: 't', from: new Map([[0, 0]]) });
    await subject().eventLog.append('t', numbered(1));
    await subject().eventLog[Symbol.asyncDispose]();
    await expect(reader).resolves.toBeUndefined();
  });
}

export function describeOffsetAt(subject: GetSubject): void {
  it('finds the first record at or after a time', async () => {
    await subject().topic('t', 2);
    const startMs = subject().clock.now();
    // Two records at a time, at least 10 ms from pair to pair: on a manual clock at 0, 10, 20, ... 990 ms.
    const times: number[] = [];
    for (let n = 0; n < 100; n++) {
      const [first, second] = await subject().eventLog.append('t', numbered(2));
      expect(second?.appendedAt).toBe(first?.appendedAt);
      times.push(first?.appendedAt ?? Number.NaN);
      await subject().advance(10);
    }
    const at = (ms: number) => subject().eventLog.offsetAt('t', 0, ms);
    expect(await at(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(await at(startMs - 1)).toBe(0);
    for (const pair of [0, 1, 50, 99]) {
      const time = times[pair] ?? Number.NaN;
      expect(await at(time - 1)).toBe(2 * pair);
      expect(await at(time)).toBe(2 * pair);
      expect(await at(time + 1)).toBe(2 * pair + 2);
    }
    expect(await at(Number.POSITIVE_INFINITY)).toBe(200);
    expect(await subject().eventLog.offsetAt('t', 1, startMs)).toBe(0);
  });
}
