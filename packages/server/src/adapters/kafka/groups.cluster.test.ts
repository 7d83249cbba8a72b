import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Admin } from '@platformatic/kafka';
import { expect, inject, it, onTestFinished, vi } from 'vitest';
import type { EventLog } from '../../ports/event-log.ts';
import { createSystemClock } from '../system/clock.ts';
import { openKafkaEventLog } from './event-log.ts';

/** The shortest that brokers allow by default. */
const SESSION_MS = 6_000;
const ALL = [0, 1, 2, 3];
const WAIT = { timeout: 60_000, interval: 50 };
const WORKER = join(import.meta.dirname, '../../../test/support/kafka/group-worker.ts');

async function newTopic() {
  const service = { brokers: inject('engines').kafka.split(','), replication: 1 };
  const groupLimits = { sessionMs: SESSION_MS, heartbeatMs: 500 };
  const eventLog = await openKafkaEventLog({ service, clock: createSystemClock(), groupLimits });
  onTestFinished(() => eventLog[Symbol.asyncDispose]());
  const name = `t-${randomUUID()}`;
  await eventLog.createTopic({ name, partitions: ALL.length, retentionMs: 3_600_000 });
  return { eventLog, topic: name, group: `g-${name}` };
}

/** A member in a process of its own, and what it has been told. */
function startWorker(group: string, topic: string) {
  const args = [WORKER, inject('engines').kafka, group, topic, String(SESSION_MS)];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  const holds = new Set<number>();
  const lost: number[] = [];
  if (!child.stdout) throw new Error('The worker has no output');
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { what, partitions } = JSON.parse(line) as { what: string; partitions: number[] };
    for (const partition of partitions) {
      if (what === 'assigned') holds.add(partition);
      else holds.delete(partition);
      if (what === 'lost') lost.push(partition);
    }
  });
  return { child, holds, lost };
}

async function joinHere(eventLog: EventLog, group: string, topic: string) {
  const holds = new Set<number>();
  const drop = async (partitions: readonly number[]) => {
    for (const partition of partitions) holds.delete(partition);
  };
  const onAssigned = (partitions: readonly number[]) => {
    for (const partition of partitions) holds.add(partition);
  };
  const member = await eventLog.join({ group, topic, onAssigned, onRevoked: drop, onLost: drop });
  onTestFinished(() => member[Symbol.asyncDispose]());
  return { member, holds };
}

const sorted = (partitions: Iterable<number>) => [...partitions].toSorted((a, b) => a - b);

it('shares partitions evenly and takes those of a killed member over when its session is over', async () => {
  const { eventLog, topic, group } = await newTopic();
  const here = await joinHere(eventLog, group, topic);
  await vi.waitFor(() => expect(sorted(here.holds)).toEqual(ALL), WAIT);
  const there = startWorker(group, topic);
  await vi.waitFor(() => {
    expect(sorted([...here.holds, ...there.holds])).toEqual(ALL);
    expect(there.holds.size).toBe(2);
  }, WAIT);
  const kept = sorted(here.holds);
  there.child.kill('SIGKILL');
  await vi.waitFor(() => expect(sorted(here.holds)).toEqual(ALL), WAIT);
  expect(sorted(here.member.held)).toEqual(ALL);
  // What it had kept did not move.
  expect(here.member.held.slice(0, 2)).toEqual(kept);
});

it('tells a member that was frozen for too long that it has lost its partitions, and lets it in again', async () => {
  const { eventLog, topic, group } = await newTopic();
  const there = startWorker(group, topic);
  await vi.waitFor(() => expect(sorted(there.holds)).toEqual(ALL), WAIT);
  there.child.kill('SIGSTOP');
  const here = await joinHere(eventLog, group, topic);
  await vi.waitFor(() => expect(sorted(here.holds)).toEqual(ALL), WAIT);
  there.child.kill('SIGCONT');
  await vi.waitFor(() => {
    expect(sorted(there.lost)).toEqual(ALL);
    expect(there.holds.size).toBe(2);
    expect(sorted([...here.holds, ...there.holds])).toEqual(ALL);
  }, WAIT);
});

it('shows the group with its members, what they hold and what they lag to whoever asks the broker', async () => {
  const { eventLog, topic, group } = await newTopic();
  const records = Array.from({ length: 8 }, (_, n) => ({ partition: n % ALL.length, value: `${n}` }));
  await eventLog.append(topic, records);
  const here = await joinHere(eventLog, group, topic);
  await vi.waitFor(() => expect(sorted(here.holds)).toEqual(ALL), WAIT);
  await eventLog.commit(group, topic, new Map(ALL.map((partition) => [partition, partition === 3 ? 0 : 1])));

  // The requests of kafka-consumer-groups --describe.
  const admin = new Admin({ clientId: 'tests', bootstrapBrokers: inject('engines').kafka.split(',') });
  onTestFinished(() => admin.close());
  const described = (await admin.describeGroups({ groups: [group] })).get(group);
  expect(described).toMatchObject({ state: 'Stable', protocolType: 'consumer' });
  const [member, ...others] = described?.members.values() ?? [];
  expect(others).toEqual([]);
  expect(member?.clientId).toBe('ovation');
  expect(member?.assignments?.get(topic)?.partitions).toEqual(ALL);
  const [offsets] = await admin.listConsumerGroupOffsets({ groups: [group] });
  const stored = offsets?.topics[0]?.partitions.map(({ partitionIndex, committedOffset }) => [
    partitionIndex,
    Number(committedOffset),
  ]);
  expect(new Map(stored as [number, number][])).toEqual(await eventLog.committed(group, topic));
  const ends = await eventLog.endOffsets(topic);
  const committed = await eventLog.committed(group, topic);
  expect(ends.map((end, partition) => end - (committed.get(partition) ?? 0))).toEqual([1, 1, 1, 2]);
});
