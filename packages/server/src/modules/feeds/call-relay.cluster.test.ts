import { expect, inject, it, onTestFinished, vi } from 'vitest';
import { createEmptyDatabase } from '../../../test/services/postgres-database.ts';
import { FakeEventLog } from '../../../test/support/fake-event-log.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { createInProcessLiveBus } from '../../adapters/in-process/live-bus.ts';
import { openPostgresDatabase } from '../../adapters/postgres/database.ts';
import { createSystemClock } from '../../adapters/system/clock.ts';
import type { Clock } from '../../ports/clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { callRelay, createRelayCalls } from './call-relay.ts';
import { createRelay, feedMigrations, type Relay } from './index.ts';

const logger = silentLogger();

/** Two processes on one database and one bus, and one log. The clock of the relays stands still: they do not poll. */
async function twoProcesses(clock: Clock) {
  const empty = await createEmptyDatabase(inject('engines').postgres);
  onTestFinished(() => empty[Symbol.asyncDispose]());
  const bus = createInProcessLiveBus({ logger });
  const eventLog = new FakeEventLog();
  const start = async (owner: string) => {
    const service = { url: empty.url, poolSize: 4 };
    const database = await openPostgresDatabase({ service, migrations: feedMigrations, clock, logger });
    onTestFinished(() => database[Symbol.asyncDispose]());
    const calls = createRelayCalls({ bus, logger });
    const relay: Relay = createRelay({ database, eventLog, clock, logger, owner, calls });
    onTestFinished(() => relay[Symbol.asyncDispose]());
    const calling = callRelay({ bus, clock, database, isLeading: () => relay.isLeading });
    onTestFinished(() => calling[Symbol.dispose]());
    const append = (key: string) =>
      database.unitOfWork(async (uow) => uow.appendFeed({ feed: 'room', key, body: key }));
    return { append, relay };
  };
  return { eventLog, one: await start('one'), other: await start('other') };
}

it('what a process without a relay commits is relayed by the one that has it, at once', async () => {
  const { eventLog, one, other } = await twoProcesses(createManualClock());
  one.relay.start();
  await other.append('a');
  await vi.waitFor(() => expect(eventLog.values('feeds')).toMatchObject([{ body: 'a' }]), { timeout: 30_000 });
});

it('a process whose relay does not hold the lease calls the other one', async () => {
  const { eventLog, one, other } = await twoProcesses(createManualClock());
  one.relay.start();
  await one.append('a');
  await vi.waitFor(() => expect(one.relay.isLeading).toBe(true), { timeout: 30_000 });
  other.relay.start();
  await other.append('b');
  await vi.waitFor(() => expect(eventLog.values('feeds')).toHaveLength(2), { timeout: 30_000 });
  expect(other.relay.isLeading).toBe(false);
});

it('a process that waits hears when the relay of another one is through', async () => {
  const { one, other } = await twoProcesses(createSystemClock());
  one.relay.start();
  await other.append('a');
  expect(await other.relay.relayed(60_000)).toBe(true);
});
