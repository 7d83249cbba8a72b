import { expect, it } from 'vitest';
import { appendOneByOne, type GetSubject, numbered, untilEarliest } from './event-log-subject.contract.ts';

export function describePositions(subject: GetSubject): void {
  it('remembers positions of each group and leaves those alone that are not named', async () => {
    await subject().topic('t', 3);
    await subject().topic('u', 3);
    const { eventLog } = subject();
    expect(await eventLog.committed('g', 't')).toEqual(new Map());
    await Promise.all([eventLog.commit('g', 't', new Map([[0, 5]])), eventLog.commit('g', 't', new Map([[2, 7]]))]);
    await eventLog.commit('h', 't', new Map([[0, 1]]));
    await eventLog.commit('g', 't', new Map([[0, 6]]));
    await eventLog.commit('g', 't', new Map());
    const expected = new Map([
      [0, 6],
      [2, 7],
    ]);
    expect(await eventLog.committed('g', 't')).toEqual(expected);
    expect(await eventLog.committed('h', 't')).toEqual(new Map([[0, 1]]));
    expect(await eventLog.committed('g', 'u')).toEqual(new Map());
    await subject().reopen();
    expect(await subject().eventLog.committed('g', 't')).toEqual(expected);
  });
}

export function describeRetention(subject: GetSubject): void {
  it('removes what is older than the retention of its topic and nothing else', async () => {
    const { minuteMs } = subject();
    await subject().topic('short', 1, 10 * minuteMs);
    await subject().topic('long', 1, 30 * minuteMs);
    for (const topic of ['short', 'long']) await appendOneByOne(subject().eventLog, topic, 3);
    await subject().advance(8 * minuteMs);
    for (const topic of ['short', 'long']) await subject().eventLog.append(topic, numbered(1, 'young'));
    await subject().advance(4 * minuteMs);
    await untilEarliest(subject, 'short', 3);
    expect(await subject().texts('short')).toEqual(['young 0']);
    expect(await subject().texts('long')).toHaveLength(4);
  });

  it('tells a reader what is missing, once, and goes on at the earliest record', async () => {
    const { minuteMs } = subject();
    await subject().topic('t', 1, 10 * minuteMs);
    await appendOneByOne(subject().eventLog, 't', 5);
    const from = new Map([[0, 1]]);
    const early = subject().eventLog.read({ topic: 't', from, maxRecords: 1 })[Symbol.asyncIterator]();
    expect((await early.next()).value).toMatchObject({ nextOffset: 2 });
    await subject().advance(12 * minuteMs);
    await untilEarliest(subject, 't', 5);
    await subject().eventLog.append('t', numbered(2, 'young'));
    const late = subject().eventLog.read({ topic: 't', from, maxRecords: 1 })[Symbol.asyncIterator]();
    for (const [reading, asked] of [
      [early, 2],
      [late, 1],
    ] as const) {
      expect((await reading.next()).value).toMatchObject({ gapFrom: asked, nextOffset: 6 });
      expect((await reading.next()).value).not.toHaveProperty('gapFrom');
      await reading.return?.();
    }
  });

  it('never removes what a group has not read, and goes on when it has', async ({ skip }) => {
    const { minuteMs, keepsUnread } = subject();
    skip(!keepsUnread, 'retention belongs to the server, which asks no group');
    await subject().topic('t', 1, 10 * minuteMs);
    await subject().topic('without group', 1, 10 * minuteMs);
    for (const topic of ['t', 'without group']) await appendOneByOne(subject().eventLog, topic, 6);
    await subject().eventLog.commit('slow', 't', new Map([[0, 2]]));
    await subject().eventLog.commit('fast', 't', new Map([[0, 5]]));
    await subject().advance(30 * minuteMs);
    await untilEarliest(subject, 't', 2);
    await untilEarliest(subject, 'without group', 6);
    expect(await subject().texts('t', 0, 2)).toEqual(['record 2', 'record 3', 'record 4', 'record 5']);
    await subject().eventLog.commit('slow', 't', new Map([[0, 6]]));
    await subject().advance(minuteMs);
    await untilEarliest(subject, 't', 5);
  });

  it('keeps counting offsets and time when everything was removed', async () => {
    const { minuteMs } = subject();
    await subject().topic('t', 1, minuteMs);
    await appendOneByOne(subject().eventLog, 't', 3);
    await subject().advance(5 * minuteMs);
    await untilEarliest(subject, 't', 3);
    await subject().reopen();
    expect(await subject().eventLog.earliestOffsets('t')).toEqual([3]);
    expect(await subject().eventLog.endOffsets('t')).toEqual([3]);
    expect(await subject().eventLog.offsetAt('t', 0, 0)).toBe(3);
    const [next] = await subject().eventLog.append('t', numbered(1));
    expect(next?.offset).toBe(3);
  });
}

export function describeReopening(subject: GetSubject): void {
  it('keeps topics, records, times and offsets', async () => {
    const info = await subject().topic('t', 2);
    await subject().eventLog.append('t', [...numbered(3), { partition: 1, key: 'k', value: 'v', headers: { h: '1' } }]);
    const before = [await subject().records('t', 0), await subject().records('t', 1)];
    await subject().reopen();
    expect(await subject().eventLog.describeTopic('t')).toEqual(info);
    expect(await subject().topic('t', 9)).toEqual(info);
    expect([await subject().records('t', 0), await subject().records('t', 1)]).toEqual(before);
    expect(await subject().eventLog.endOffsets('t')).toEqual([3, 1]);
    const [next] = await subject().eventLog.append('t', [{ partition: 0, value: 'more' }]);
    expect(next?.offset).toBe(3);
    await subject().topic('u');
    expect(await subject().texts('u')).toEqual([]);
  });

  it('has what was being appended when it was closed', async () => {
    await subject().topic('t');
    const appending = subject().eventLog.append('t', numbered(3));
    await subject().reopen();
    expect(await appending).toHaveLength(3);
    expect(await subject().texts('t')).toHaveLength(3);
  });
}
