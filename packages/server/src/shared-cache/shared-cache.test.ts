import { z } from 'zod';
import { expect, it } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { createInProcessEphemeralStore } from '../adapters/in-process/ephemeral-store.ts';
import { type EphemeralStore, EphemeralUnavailableError } from '../ports/ephemeral-store.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { SharedCache } from './index.ts';
import { cacheMetrics } from './metrics.ts';

const TTL_MS = 300_000;
const place = { key: 'settings', group: 'settings' };

/** Nodes over one store, and the row that they read. */
function setUp({ isShared = true, isOutside = true } = {}) {
  const clock = createManualClock();
  const inner = createInProcessEphemeralStore({ clock });
  const state = { isAway: false, row: 1, reads: 0 };
  const guard = <T>(work: () => Promise<T>) =>
    state.isAway ? Promise.reject<T>(new EphemeralUnavailableError('away')) : work();
  const store: EphemeralStore = {
    ...inner,
    get: (key) => guard(() => inner.get(key)),
    set: (key, value, ttlMs) => guard(() => inner.set(key, value, ttlMs)),
    delete: (key) => guard(() => inner.delete(key)),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    ...(isOutside && { status: () => ({ state: 'up' as const }) }),
  };
  const database = { epoch: 'a.1', isShared };
  const metrics = createMetrics();
  const node = () =>
    new SharedCache({
      name: 'settings',
      store,
      database,
      clock,
      metrics,
      schema: z.object({ version: z.number() }),
      ttlMs: TTL_MS,
    });
  const ask = async () => {
    state.reads += 1;
    return { version: state.row };
  };
  const counts = async () =>
    Object.fromEntries(
      (await cacheMetrics(metrics).requests.get()).values.map(({ labels, value }) => [labels.outcome, value]),
    );
  return { ask, clock, counts, database, inner, node, state };
}

it('the second reader is answered from the store, and the third when the time is up from the database', async () => {
  const { ask, clock, counts, node, state } = setUp();
  const [one, other] = [node(), node()];
  expect(await one.get(place, ask)).toEqual({ version: 1 });
  expect(await other.get(place, ask)).toEqual({ version: 1 });
  expect(state.reads).toBe(1);
  clock.advance(TTL_MS);
  await other.get(place, ask);
  expect(state.reads).toBe(2);
  expect(await counts()).toEqual({ hit: 1, miss: 2 });
});

it('a reader that read before the commit puts nothing old in the way of later ones', async () => {
  const { ask, inner, node, state } = setUp();
  const [reader, writer, other] = [node(), node(), node()];
  const held = Promise.withResolvers<void>();
  const reading = Promise.withResolvers<void>();
  const slow = reader.get(place, async () => {
    const old = await ask();
    reading.resolve();
    await held.promise;
    return old;
  });
  await reading.promise;
  state.row = 2;
  await writer.invalidate('settings', ['settings']);
  held.resolve();
  expect(await slow).toEqual({ version: 1 });
  expect(await inner.get('settings')).toBeUndefined();
  expect(await other.get(place, ask)).toEqual({ version: 2 });
});

it('what such a reader stores counts no more, even if it dies before it looks again', async () => {
  const { ask, inner, node, state } = setUp();
  await inner.set('settings:generation', 'new', TTL_MS);
  await inner.set('settings', JSON.stringify({ version: 0, generation: 'old', epoch: 'a.1' }), TTL_MS);
  expect(await node().get(place, ask)).toEqual({ version: state.row });
});

it('a store that is away is not waited for, and hears of the change when it is back', async () => {
  const { ask, clock, counts, inner, node, state } = setUp();
  const [writer, other] = [node(), node()];
  await other.get(place, ask);
  state.isAway = true;
  state.row = 2;
  await writer.invalidate('settings', ['settings']);
  expect(await other.get(place, ask)).toEqual({ version: 2 });
  state.isAway = false;
  // The process that changed it does not believe the store meanwhile.
  expect(await writer.get(place, ask)).toEqual({ version: 2 });
  clock.advance(200);
  await expect.poll(() => inner.get('settings')).toBeUndefined();
  expect(await other.get(place, ask)).toEqual({ version: 2 });
  expect((await counts())['away']).toBe(1);
});

it('what is no answer of ours is read again: other text, other fields, another timeline', async () => {
  const { ask, database, inner, node, state } = setUp();
  const stored = (value: object) => JSON.stringify({ generation: '', epoch: 'a.1', ...value });
  for (const text of ['{', '[]', stored({}), stored({ version: 'x' }), JSON.stringify({ version: 9 })]) {
    await inner.set('settings', text, TTL_MS);
    expect(await node().get(place, ask)).toEqual({ version: 1 });
  }
  expect(state.reads).toBe(5);
  database.epoch = 'a.2';
  await node().get(place, ask);
  expect(state.reads).toBe(6);
});

it('processes that share the database and not the store use none', async () => {
  const { ask, node, state } = setUp({ isOutside: false });
  await node().get(place, ask);
  await node().get(place, ask);
  expect(state.reads).toBe(2);
});

it('one process by itself uses the store in it', async () => {
  const { ask, node, state } = setUp({ isOutside: false, isShared: false });
  const cache = node();
  await cache.get(place, ask);
  await cache.get(place, ask);
  expect(state.reads).toBe(1);
});

it('a reader that was held up for long stores nothing', async () => {
  const { ask, clock, inner, node } = setUp();
  await node().get(place, async () => {
    clock.advance(10_000);
    return ask();
  });
  expect(await inner.get('settings')).toBeUndefined();
});
