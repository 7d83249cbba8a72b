import { expect, it, onTestFinished, vi } from 'vitest';
import type { GroupMember } from '../../src/ports/event-log.ts';
import type { GetSubject } from './event-log-subject.contract.ts';

const WAIT = { timeout: 60_000, interval: 20 };
const ALL = [0, 1, 2, 3];

/** A member that writes down what it is told. */
class Worker {
  readonly holds = new Set<number>();
  readonly lost: number[] = [];
  /** what `onRevoked` waits for */
  finishing: Promise<void> = Promise.resolve();
  finished = 0;
  #member: GroupMember | undefined;

  async join(subject: GetSubject, topic = 't', group = 'workers'): Promise<this> {
    this.#member = await subject().eventLog.join({
      group,
      topic,
      onAssigned: (partitions) => {
        for (const partition of partitions) this.holds.add(partition);
      },
      onRevoked: async (partitions) => {
        await this.finishing;
        this.finished += 1;
        for (const partition of partitions) this.holds.delete(partition);
      },
      onLost: async (partitions) => {
        this.lost.push(...partitions);
        for (const partition of partitions) this.holds.delete(partition);
      },
    });
    onTestFinished(() => this.leave());
    return this;
  }

  get held(): readonly number[] {
    return this.#member?.held ?? [];
  }

  async leave(): Promise<void> {
    await this.#member?.[Symbol.asyncDispose]();
  }
}

function partitionsOf(...workers: readonly Worker[]): number[] {
  return workers.flatMap(({ holds }) => [...holds]).toSorted((a, b) => a - b);
}

export function describeGroups(subject: GetSubject): void {
  it('gives all partitions to the only member', async () => {
    await subject().topic('t', 4);
    const worker = await new Worker().join(subject);
    await vi.waitFor(() => expect(partitionsOf(worker)).toEqual(ALL), WAIT);
    expect(new Set(worker.held)).toEqual(new Set(ALL));
  });

  it('gives each partition to one member, and all to the one that stays', async () => {
    await subject().topic('t', 4);
    const first = await new Worker().join(subject);
    await vi.waitFor(() => expect(partitionsOf(first)).toEqual(ALL), WAIT);
    const second = await new Worker().join(subject);
    // While a partition moves it belongs to none, never to two.
    await vi.waitFor(() => expect(partitionsOf(first, second)).toEqual(ALL), WAIT);
    await first.leave();
    expect(first.holds.size).toBe(0);
    await vi.waitFor(() => expect(partitionsOf(second)).toEqual(ALL), WAIT);
    expect([...first.lost, ...second.lost]).toEqual([]);
  });

  it('gives a partition to another member only when the one that had it has finished', async () => {
    await subject().topic('t', 4);
    const first = await new Worker().join(subject);
    await vi.waitFor(() => expect(partitionsOf(first)).toEqual(ALL), WAIT);
    const work = Promise.withResolvers<void>();
    first.finishing = work.promise;
    const second = await new Worker().join(subject);
    const leaving = first.leave();
    await subject().advance(300);
    expect(first.holds.size + second.holds.size).toBeLessThanOrEqual(ALL.length);
    expect(partitionsOf(first, second)).toEqual(partitionsOf(first));
    expect(first.finished).toBe(0);
    work.resolve();
    await leaving;
    await vi.waitFor(() => expect(partitionsOf(second)).toEqual(ALL), WAIT);
  });

  it('keeps groups and topics apart', async () => {
    await subject().topic('t', 4);
    await subject().topic('u', 2);
    const workers = [
      await new Worker().join(subject),
      await new Worker().join(subject, 'u'),
      await new Worker().join(subject, 't', 'others'),
    ];
    const all = async () => expect(workers.map((worker) => partitionsOf(worker))).toEqual([ALL, [0, 1], ALL]);
    await vi.waitFor(all, WAIT);
  });

  it('commits for a group that has members', async () => {
    await subject().topic('t', 4);
    const worker = await new Worker().join(subject);
    await vi.waitFor(() => expect(partitionsOf(worker)).toEqual(ALL), WAIT);
    const positions = new Map([[1, 7]]);
    await subject().eventLog.commit('workers', 't', positions);
    expect(await subject().eventLog.committed('workers', 't')).toEqual(positions);
  });

  it('names the topic that is not there', async () => {
    const joining = new Worker().join(subject, 'nowhere');
    await expect(joining).rejects.toMatchObject({ code: 'unknown_topic', message: expect.stringContaining('nowhere') });
  });
}
