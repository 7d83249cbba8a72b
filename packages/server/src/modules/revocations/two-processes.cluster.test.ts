import { expect, inject, it, onTestFinished, vi } from 'vitest';
import { createEmptyDatabase } from '../../../test/services/postgres-database.ts';
import { openPostgres } from '../../../test/services/open-postgres.ts';
import { createInProcessLiveBus } from '../../adapters/in-process/live-bus.ts';
import { createSystemClock } from '../../adapters/system/clock.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createFeeds, feedMigrations } from '../feeds/index.ts';
import { controlMigrations, createControl } from './index.ts';

it('a revocation of one process is in force in another, also when no bus joins them', async () => {
  const empty = await createEmptyDatabase(inject('engines').postgres);
  onTestFinished(() => empty[Symbol.asyncDispose]());
  const logger = silentLogger();
  // A new timeline has nothing in the log.
  const eventLog = { describeTopic: () => Promise.resolve(undefined) } as unknown as EventLog;
  const processOf = async () => {
    const { database } = await openPostgres(empty.url, { migrations: [...feedMigrations, ...controlMigrations] });
    onTestFinished(() => database[Symbol.asyncDispose]());
    const bus = createInProcessLiveBus({ logger });
    const feeds = createFeeds({ database });
    const control = createControl({ database, eventLog, feeds, logger, bus, clock: createSystemClock() });
    onTestFinished(() => control[Symbol.dispose]());
    await control.start();
    return control;
  };
  const [one, other] = [await processOf(), await processOf()];
  const identity = { user: 'u1' };
  expect(other.find(identity)).toBeUndefined();
  await one.revoke({ kind: 'user', id: 'u1', until: null });
  await vi.waitFor(() => expect(other.find(identity)).toBe('user'), { timeout: 60_000, interval: 20 });
  await one.restore({ kind: 'user', id: 'u1' });
  await vi.waitFor(() => expect(other.find(identity)).toBeUndefined(), { timeout: 60_000, interval: 20 });
});
