import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EphemeralKindError, type EphemeralStore, type Window } from '../../src/ports/ephemeral-store.ts';

export interface EphemeralStoreUnderTest {
  readonly store: EphemeralStore;
  /** Lets the store's own time pass. */
  readonly pass: (ms: number) => Promise<void> | void;
}

/** What every ephemeral store does; its adapters' tests call this. */
export function describeEphemeralStoreContract(name: string, open: () => Promise<EphemeralStoreUnderTest>): void {
  describe(`${name} as an ephemeral store`, () => {
    let current: EphemeralStoreUnderTest;
    beforeEach(async () => {
      current = await open();
    });
    afterEach(() => current.store[Symbol.asyncDispose]());
    const subject = () => current;

    describe('values', () => {
      describeValues(subject);
    });
    describe('counters', () => {
      describeCounters(subject);
    });
    describe('sorted sets', () => {
      describeSets(subject);
    });
    describe('windows', () => {
      describeWindows(subject);
    });

    it('keeps one kind under one key', async () => {
      const { store } = subject();
      await store.set('k', 'v', 1_000);
      await expect(store.increment('k', 1, 1_000)).rejects.toThrow(EphemeralKindError);
      await expect(store.addScore('k', 'm', 1, 1_000)).rejects.toThrow(EphemeralKindError);
      await expect(store.take('k', { limit: 1, windowMs: 1 })).rejects.toThrow(EphemeralKindError);
      expect(await store.delete('k')).toBe(true);
      expect(await store.increment('k', 1, 1_000)).toBe(1);
      await expect(store.get('k')).rejects.toThrow(EphemeralKindError);
    });

    it('refuses a time to live that is none', async () => {
      await expect(subject().store.set('k', 'v', 0)).rejects.toThrow(RangeError);
    });
  });
}

type GetSubject = () => EphemeralStoreUnderTest;

function describeValues(subject: GetSubject): void {
  it('are there until their time is over, to the millisecond', async () => {
    const { pass, store } = subject();
    expect(await store.get('k')).toBeUndefined();
    await store.set('k', 'первое 💜', 100);
    await pass(99);
    expect(await store.get('k')).toBe('первое 💜');
    await pass(1);
    expect(await store.get('k')).toBeUndefined();
  });

  it('live longer when they are touched, and only then', async () => {
    const { pass, store } = subject();
    await store.set('k', 'v', 100);
    await pass(60);
    expect(await store.get('k')).toBe('v');
    expect(await store.getAndTouch('k', 100)).toBe('v');
    await pass(60);
    expect(await store.get('k')).toBe('v');
    await pass(40);
    expect(await store.getAndTouch('k', 100)).toBeUndefined();
  });

  it('are set once when two want to set what is absent', async () => {
    const { pass, store } = subject();
    const both = await Promise.all([store.setIfAbsent('k', 'a', 100), store.setIfAbsent('k', 'b', 100)]);
    expect(both.toSorted()).toEqual([false, true]);
    expect(await store.get('k')).toBe(both[0] ? 'a' : 'b');
    await pass(100);
    expect(await store.setIfAbsent('k', 'c', 100)).toBe(true);
  });

  it('are replaced with their time to live, and deleted once', async () => {
    const { pass, store } = subject();
    await store.set('k', 'a', 100);
    await store.set('k', 'b', 1_000);
    await pass(500);
    expect(await store.get('k')).toBe('b');
    expect([await store.delete('k'), await store.delete('k')]).toEqual([true, false]);
  });
}

function describeCounters(subject: GetSubject): void {
  it('add up under concurrency and start again when their time is over', async () => {
    const { pass, store } = subject();
    const counts = await Promise.all(Array.from({ length: 50 }, () => store.increment('k', 2, 100)));
    expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => (index + 1) * 2));
    await pass(99);
    expect(await store.increment('k', -1, 100)).toBe(99);
    await pass(1);
    expect(await store.increment('k', 1, 100)).toBe(1);
  });
}

function describeSets(subject: GetSubject): void {
  it('answer ranges by score and then by name, with both ends', async () => {
    const { store } = subject();
    for (const [member, score] of [
      ['c', 2],
      ['a', 2],
      ['b', 1],
      ['d', 3.5],
    ] as const) {
      expect(await store.addScore('s', member, score, 1_000)).toBe(true);
    }
    const names = async (range: Parameters<EphemeralStore['range']>[1]) =>
      (await store.range('s', range)).map(({ member }) => member).join('');
    expect(await names({})).toBe('bacd');
    expect(await names({ from: 2, to: 3.5 })).toBe('acd');
    expect(await names({ from: 2, to: 2, limit: 1 })).toBe('a');
    expect(await names({ from: 4 })).toBe('');
    expect([await store.rank('s', 'c'), await store.rank('s', 'none')]).toEqual([2, undefined]);
  });

  it('move a member whose score changes, and forget what is removed', async () => {
    const { store } = subject();
    await store.addScore('s', 'a', 1, 1_000);
    await store.addScore('s', 'b', 2, 1_000);
    expect(await store.addScore('s', 'a', 3, 1_000)).toBe(false);
    expect(await store.range('s', {})).toEqual([
      { member: 'b', score: 2 },
      { member: 'a', score: 3 },
    ]);
    expect([await store.removeMember('s', 'b'), await store.removeMember('s', 'b')]).toEqual([true, false]);
    expect([await store.size('s'), await store.rank('s', 'a')]).toEqual([1, 0]);
    await expect(store.addScore('s', 'x', Number.NaN, 1_000)).rejects.toThrow(RangeError);
  });

  it('are gone as a whole after the time to live of the last addition', async () => {
    const { pass, store } = subject();
    await store.addScore('s', 'a', 1, 100);
    await pass(60);
    await store.addScore('s', 'b', 1, 100);
    await pass(99);
    expect(await store.size('s')).toBe(2);
    await pass(1);
    expect([await store.size('s'), await store.range('s', {})]).toEqual([0, []]);
  });

  it('agree with a plain list whatever is done to them', async () => {
    const { store } = subject();
    const member = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const score = fc.integer({ min: -3, max: 3 });
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), member, score }),
      fc.record({ do: fc.constant('remove' as const), member }),
      fc.record({ do: fc.constant('cut' as const), from: score, to: score }),
    );
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const set = `model-${round++}`;
        const model = new Map<string, number>();
        for (const one of steps) {
          if (one.do === 'add')
            expect(await store.addScore(set, one.member, one.score, 1_000)).toBe(!model.has(one.member));
          if (one.do === 'add') model.set(one.member, one.score);
          if (one.do === 'remove') expect(await store.removeMember(set, one.member)).toBe(model.delete(one.member));
          if (one.do !== 'cut') continue;
          const gone = [...model].filter(([, value]) => value >= one.from && value <= one.to);
          expect(await store.removeByScore(set, one.from, one.to)).toBe(gone.length);
          for (const [name] of gone) model.delete(name);
        }
        const sorted = [...model].toSorted(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
        expect(await store.range(set, {})).toEqual(sorted.map(([name, value]) => ({ member: name, score: value })));
        for (const [index, [name]] of sorted.entries()) expect(await store.rank(set, name)).toBe(index);
      }),
      { numRuns: 100 },
    );
  });
}

function describeWindows(subject: GetSubject): void {
  const window = { limit: 3, windowMs: 1_000 };

  it('give the limit, and each again when it has left the window', async () => {
    const { pass, store } = subject();
    const left = [];
    for (let n = 0; n < 3; n++) {
      left.push(await store.take('w', window));
      await pass(100);
    }
    expect(left.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
    ]);
    expect(await store.take('w', window)).toEqual({ allowed: false, remaining: 0, retryAfterMs: 700, resetMs: 900 });
    await pass(699);
    expect(await store.take('w', window)).toMatchObject({ allowed: false, retryAfterMs: 1 });
    await pass(1);
    expect(await store.take('w', window)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await store.take('w', window)).toMatchObject({ allowed: false, retryAfterMs: 100 });
    expect(await store.take('other', window)).toMatchObject({ allowed: true, remaining: 2 });
  });

  it('give all of a cost or nothing', async () => {
    const { store } = subject();
    expect(await store.take('w', window, 2)).toMatchObject({ allowed: true, remaining: 1 });
    expect(await store.take('w', window, 2)).toMatchObject({ allowed: false, remaining: 1, retryAfterMs: 1_000 });
    expect(await store.take('w', window, 1)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await store.take('w', window, 0)).toMatchObject({ allowed: true });
    await expect(store.take('w', window, 4)).rejects.toThrow(RangeError);
    await expect(store.take('w', { ...window, windowMs: 0.5 })).rejects.toThrow(RangeError);
  });

  it('give none too many when many take at once', async () => {
    const { store } = subject();
    const taken = await Promise.all(Array.from({ length: 20 }, () => store.take('w', window)));
    expect(taken.filter(({ allowed }) => allowed)).toHaveLength(3);
  });

  it('give never more than the limit in any stretch of time, and exactly that where takes are few (D16)', async () => {
    const { pass, store } = subject();
    const step = fc.record({ waitMs: fc.integer({ min: 0, max: 700 }), cost: fc.integer({ min: 0, max: 3 }) });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.record({ limit: fc.integer({ min: 3, max: 10 }), windowMs: fc.integer({ min: 1, max: 2_000 }) }),
        fc.array(step, { maxLength: 40 }),
        async (one, steps) => {
          const model = new ListedWindow(one);
          const key = `exact-${round++}`;
          for (const { cost, waitMs } of steps) {
            await pass(waitMs);
            model.now += waitMs;
            expect(await store.take(key, one, cost)).toEqual(model.take(cost));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('give never more than a large limit, and at most a 128th of the window late (D16)', async () => {
    const { pass, store } = subject();
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 800, maxLength: 1_200 }),
        async (waits) => {
          const large = { limit: 200, windowMs: 1_000 };
          const key = `large-${round++}`;
          const given: number[] = [];
          let now = 0;
          for (const waitMs of waits) {
            await pass(waitMs);
            now += waitMs;
            const { allowed } = await store.take(key, large);
            const inWindow = given.filter((at) => at > now - large.windowMs).length;
            const inLonger = given.filter((at) => at > now - large.windowMs - large.windowMs / 128 - 1).length;
            if (allowed) expect(inWindow).toBeLessThan(large.limit);
            else expect(inLonger).toBeGreaterThanOrEqual(large.limit);
            if (allowed) given.push(now);
          }
        },
      ),
      { numRuns: 10 },
    );
  });
}

/** A window the plain way: every take with its instant. */
class ListedWindow {
  readonly #window: Window;
  #taken: number[] = [];
  now = 0;

  constructor(window: Window) {
    this.#window = window;
  }

  take(cost: number) {
    const { limit, windowMs } = this.#window;
    this.#taken = this.#taken.filter((at) => at > this.now - windowMs);
    const missing = this.#taken.length + cost - limit;
    const allowed = missing <= 0;
    if (allowed) this.#taken.push(...Array<number>(cost).fill(this.now));
    const until = (at: number | undefined) => (at === undefined ? 0 : at + windowMs - this.now);
    return {
      allowed,
      remaining: limit - this.#taken.length,
      retryAfterMs: allowed ? 0 : until(this.#taken[missing - 1]),
      resetMs: until(this.#taken.at(-1)),
    };
  }
}
