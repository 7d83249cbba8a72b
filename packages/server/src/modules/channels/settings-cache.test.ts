import { DEFAULT_SETTINGS } from '@ovation/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { createMemoryDatabase, type MemoryDatabase } from '../../../test/support/memory-database.ts';
import { createInProcessEphemeralStore } from '../../adapters/in-process/ephemeral-store.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { channelMigrations, createChannels } from './index.ts';
import { MEMORY_MS } from './limits.ts';
import { SettingsCache } from './settings-cache.ts';

let database: MemoryDatabase;
beforeAll(async () => {
  database = await createMemoryDatabase(channelMigrations);
});
afterAll(() => database[Symbol.asyncDispose]());

it('settings are kept 300 s in the store of a process by itself, until they are changed (S0-43)', async () => {
  const clock = createManualClock();
  const store = createInProcessEphemeralStore({ clock });
  const channels = createChannels({
    database,
    cache: new SettingsCache({ store, database, clock, metrics: createMetrics() }),
    outbox: { relayed: () => Promise.resolve(true) },
    clearFeed: () => Promise.resolve(),
    limits: { take: () => Promise.resolve(undefined) },
    clock,
    logger: silentLogger(),
    activityPartitions: 4,
  });
  await channels.ensure('default', 'owner');
  /** Statements of a read that comes after what the process remembers itself. */
  const read = async () => {
    clock.advance(MEMORY_MS);
    const before = database.statements();
    const { interval } = await channels.settings('default');
    return { interval, statements: database.statements() - before };
  };
  expect(await read()).toEqual({ interval: DEFAULT_SETTINGS.interval, statements: 1 });
  expect(await read()).toEqual({ interval: DEFAULT_SETTINGS.interval, statements: 0 });
  expect(JSON.parse((await store.get('settings')) ?? '')).toMatchObject({ ...DEFAULT_SETTINGS, version: 0 });
  await channels.changeSettings('default', { interval: 77 });
  expect(await store.get('settings')).toBeUndefined();
  expect(await read()).toEqual({ interval: 77, statements: 1 });
  expect(await read()).toEqual({ interval: 77, statements: 0 });
  // A broadcast raises the version, which is part of what is stored.
  await channels.startBroadcast('default', 'Show');
  expect((await read()).statements).toBe(1);
  clock.advance(300_000);
  expect((await read()).statements).toBe(1);
});
