import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle } from '../../../test/support/gateway/feed-fakes.ts';
import { GATEWAYS, Run, VIEWERS, type Fate, type Step } from '../../../test/support/gateway/resume-run.ts';

const fate = fc.constantFrom<Fate[]>('arrives', 'is lost', 'comes twice');
const viewerIndex = fc.nat(VIEWERS - 1);
const gateway = fc.nat(GATEWAYS - 1);
const calm = [
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('redact' as const), back: fc.nat(4), bus: fate, eventLog: fate }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('commit' as const), bus: fate, eventLog: fate }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('connect' as const), viewer: viewerIndex, gateway }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('disconnect' as const), viewer: viewerIndex }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), viewer: viewerIndex }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 900 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), gateway }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('deaf' as const), gateway, isDeaf: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('log' as const), isDead: fc.boolean() }) },
];
const calmStep = fc.oneof(...calm);
const roughStep = fc.oneof(...calm, {
  weight: 2,
  arbitrary: fc.record({ do: fc.constant('store' as const), isDown: fc.boolean() }),
});
const renewal = {
  weight: 2,
  arbitrary: fc.record({ do: fc.constant('renew' as const), lost: fc.nat(3), bus: fate, eventLog: fate }),
};
const renewingStep = fc.oneof(...calm, renewal);

/** Turns of the event loop after each step: things happen at once, or while the last one is half done. */
const pace = fc.infiniteStream(fc.nat(3));

async function run(before: number, steps: readonly Step[], turns: Iterator<number>): Promise<Run> {
  const world = new Run();
  for (let i = 0; i < before; i += 1) await world.step({ do: 'commit', bus: 'is lost', eventLog: 'is lost' });
  for (const step of steps) {
    await world.step(step);
    await settle(turns.next().value);
    world.backends.clock.advance(1);
    world.sweep();
  }
  await world.heal();
  const expected = { e: world.backends.store.epoch, o: world.last };
  expect(world.viewers.map(({ position }) => position)).toEqual(world.viewers.map(() => expected));
  await world[Symbol.asyncDispose]();
  return world;
}

describe('whatever happens to gateways, paths and sockets', () => {
  it('every viewer gets every entry once, in order, also one that had received nothing (C21)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(4), fc.array(calmStep, { maxLength: 50 }), pace, async (before, steps, turns) => {
        const { viewers } = await run(before, steps, turns);
        expect(viewers.map(({ resets }) => resets)).toEqual(viewers.map(() => 0));
      }),
      { numRuns: 150 },
    );
  });

  it('while the store is down a new start is announced, and nothing is guessed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(4), fc.array(roughStep, { maxLength: 50 }), pace, async (before, steps, turns) => {
        await run(before, steps, turns);
      }),
      { numRuns: 150 },
    );
  });

  it('when the database goes back in time, every viewer starts again in the new epoch and sees nothing twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(4), fc.array(renewingStep, { maxLength: 50 }), pace, async (before, steps, turns) => {
        await run(before, steps, turns);
      }),
      { numRuns: 150 },
    );
  });

  it('a viewer whose position nobody has starts again with a snapshot', async () => {
    await using world = new Run();
    await world.step({ do: 'commit', bus: 'arrives', eventLog: 'arrives' });
    const [viewer, ahead] = world.viewers;
    if (!viewer || !ahead) throw new Error('There are viewers');
    viewer.position = { e: 'another.1', o: 1 };
    ahead.position = { e: 'test.1', o: 9 };
    await world.step({ do: 'connect', viewer: 0, gateway: 0 });
    await world.step({ do: 'connect', viewer: 1, gateway: 0 });
    await world.heal();
    expect([viewer.resets, ahead.resets]).toEqual([1, 1]);
    expect([viewer.position, ahead.position]).toEqual([
      { e: 'test.1', o: 1 },
      { e: 'test.1', o: 1 },
    ]);
  });

  it('a gateway that has heard nothing answers a viewer that is ahead of it from the store', async () => {
    await using world = new Run();
    const [first, second] = world.viewers;
    if (!first || !second) throw new Error('There are viewers');
    await world.step({ do: 'connect', viewer: 1, gateway: 1 });
    await settle();
    await world.step({ do: 'deaf', gateway: 1, isDeaf: true });
    await world.step({ do: 'connect', viewer: 0, gateway: 0 });
    await settle();
    for (let i = 0; i < 3; i += 1) await world.step({ do: 'commit', bus: 'arrives', eventLog: 'is lost' });
    await settle();
    first.read();
    expect(first.position?.o).toBe(3);
    await world.step({ do: 'connect', viewer: 0, gateway: 1 });
    await settle();
    first.read();
    second.read();
    expect([first.resets, first.recovered, first.position?.o, second.position?.o]).toEqual([0, 1, 3, 3]);
  });
});
