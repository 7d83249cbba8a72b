import { channelFeed, DEFAULT_SETTINGS } from '@ovation/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../ports/manual-clock.ts';
import { FakeBus, FakeFeedLog, FakeStore, settle } from './feed-fakes.ts';
import { FakeGateway, Viewer, type Backends } from './resume-fakes.ts';

const FEED = channelFeed('demo');
const GATEWAYS = 2;
const VIEWERS = 3;

const fate = fc.constantFrom('arrives', 'is lost', 'comes twice');
const viewer = fc.nat(VIEWERS - 1);
const gateway = fc.nat(GATEWAYS - 1);
const calm = [
  { weight: 8, arbitrary: fc.record({ do: fc.constant('commit' as const), bus: fate, log: fate }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('connect' as const), viewer, gateway }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('disconnect' as const), viewer }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), viewer }) },
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
type Step =
  | (typeof roughStep extends fc.Arbitrary<infer S> ? S : never)
  | (typeof calmStep extends fc.Arbitrary<infer S> ? S : never);

class Run {
  readonly backends: Backends = {
    clock: createManualClock(),
    bus: new FakeBus(),
    store: new FakeStore(),
    eventLog: new FakeFeedLog(),
  };
  readonly gateways = Array.from({ length: GATEWAYS }, (_, i) => new FakeGateway(this.backends, `node-${i}`));
  readonly viewers = Array.from({ length: VIEWERS }, () => new Viewer());
  readonly #at = new Map<Viewer, number>();
  last = 0;

  async step(step: Step): Promise<void> {
    const { clock, store, eventLog } = this.backends;
    switch (step.do) {
      case 'commit':
        return this.#commit(step.bus, step.log);
      case 'connect':
        return this.#connect(step.viewer, step.gateway);
      case 'disconnect':
        return this.#disconnect(step.viewer);
      case 'read':
        return this.viewers[step.viewer]?.read();
      case 'wait':
        return clock.advance(step.ms);
      case 'forget':
        // Longer than a ring remembers.
        clock.advance(300_001);
        return this.sweep();
      case 'restart':
        return this.#restart(step.gateway);
      case 'deaf':
        this.#gateway(step.gateway).isDeaf = step.isDeaf;
        return undefined;
      case 'log':
        eventLog.isDead = step.isDead;
        return eventLog.wake();
      default:
        store.isDown = step.isDown;
        return undefined;
    }
  }

  /** Everything works again, everybody comes back and reads. */
  async heal(): Promise<void> {
    this.backends.store.isDown = false;
    this.backends.eventLog.isDead = true;
    this.backends.eventLog.wake();
    for (let i = 0; i < VIEWERS; i += 1) if (!this.viewers[i]?.isConnected) this.#connect(i, i % GATEWAYS);
    for (let round = 0; round < 14; round += 1) {
      this.backends.clock.advance(700);
      await settle(5);
      for (const one of this.viewers) one.read();
    }
  }

  sweep(): void {
    for (const one of this.gateways) one.sweep(this.backends.clock.now());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.gateways) await one[Symbol.asyncDispose]();
  }

  #gateway(index: number): FakeGateway {
    const found = this.gateways[index];
    if (!found) throw new Error(`There is no gateway ${index}`);
    return found;
  }

  #commit(bus: string, log: string): void {
    const entry = this.backends.store.append(FEED, {
      y: 'settings',
      d: { ...DEFAULT_SETTINGS, version: this.last + 1 },
    });
    this.last = entry.seq;
    const bring = (how: string, path: () => void) => {
      if (how !== 'is lost') path();
      if (how === 'comes twice') path();
    };
    bring(bus, () => this.backends.bus.publish(`feed:${FEED}`, entry));
    bring(log, () => this.backends.eventLog.append(entry));
  }

  #connect(index: number, gatewayIndex: number): void {
    this.#disconnect(index);
    const one = this.viewers[index];
    if (!one) return;
    this.#at.set(one, gatewayIndex);
    one.connect(this.#gateway(gatewayIndex));
  }

  #disconnect(index: number): void {
    if (this.viewers[index]?.isConnected) this.viewers[index].disconnect();
  }

  async #restart(index: number): Promise<void> {
    for (const [i, one] of this.viewers.entries()) if (this.#at.get(one) === index) this.#disconnect(i);
    await this.#gateway(index)[Symbol.asyncDispose]();
    this.gateways[index] = new FakeGateway(this.backends, `node-${index}`);
  }
}

/** Turns of the event loop after each step: things happen at once, or while the last one is half done. */
const pace = fc.infiniteStream(fc.nat(3));

async function run(before: number, steps: readonly Step[], turns: Iterator<number>): Promise<Run> {
  const world = new Run();
  for (let i = 0; i < before; i += 1) await world.step({ do: 'commit', bus: 'is lost', log: 'is lost' });
  for (const step of steps) {
    await world.step(step);
    await settle(turns.next().value);
    world.backends.clock.advance(1);
    world.sweep();
  }
  await world.heal();
  expect(world.viewers.map(({ position }) => position?.o)).toEqual(world.viewers.map(() => world.last));
  await world[Symbol.asyncDispose]();
  return world;
}

describe('whatever happens to gateways, paths and sockets', () => {
  it('every viewer gets every entry once, in order, also one that had received nothing', async () => {
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

  it('a viewer whose position nobody has starts again with a snapshot', async () => {
    await using world = new Run();
    await world.step({ do: 'commit', bus: 'arrives', log: 'arrives' });
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
    for (let i = 0; i < 3; i += 1) await world.step({ do: 'commit', bus: 'arrives', log: 'is lost' });
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
