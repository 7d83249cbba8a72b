import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bucket, EphemeralKindError, type EphemeralStore } from '../../src/ports/ephemeral-store.ts';

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
    describe('buckets', () => {
      describeBuckets(subject);
    });

    it('keeps one kind under one key', async () => {
      const { store } = subject();
      await store.set('k', 'v', 1_000);
      await expect(store.increment('k', 1, 1_000)).rejects.toThrow(EphemeralKindError);
      await expect(store.addScore('k', 'm', 1, 1_000)).rejects.toThrow(EphemeralKindError);
      await expect(store.take('k', { burst: 1, rate: 1, perMs: 1 })).rejects.toThrow(EphemeralKindError);
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

function describeBuckets(subject: GetSubject): void {
  const bucket = { burst: 3, rate: 1, perMs: 1_000 };

  it('give the burst at once, then one token each time one has come', async () => {
    const { pass, store } = subject();
    const left = [];
    for (let n = 0; n < 3; n++) left.push(await store.take('b', bucket));
    expect(left.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
    ]);
    expect(await store.take('b', bucket)).toEqual({
      allowed: false,
      remaining: 0,
      retryAfterMs: 1_000,
      resetMs: 3_000,
    });
    await pass(999);
    expect(await store.take('b', bucket)).toMatchObject({ allowed: false, retryAfterMs: 1 });
    await pass(1);
    expect(await store.take('b', bucket)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await store.take('other', bucket)).toMatchObject({ allowed: true, remaining: 2 });
  });

  it('take all of a cost or nothing', async () => {
    const { store } = subject();
    expect(await store.take('b', bucket, 2)).toMatchObject({ allowed: true, remaining: 1 });
    expect(await store.take('b', bucket, 2)).toMatchObject({ allowed: false, remaining: 1, retryAfterMs: 1_000 });
    expect(await store.take('b', bucket, 1)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await store.take('b', bucket, 0)).toMatchObject({ allowed: true });
    await expect(store.take('b', bucket, 4)).rejects.toThrow(RangeError);
    await expect(store.take('b', { ...bucket, rate: 0.5 })).rejects.toThrow(RangeError);
  });

  it('let no token too many through when many take at once', async () => {
    const { store } = subject();
    const taken = await Promise.all(Array.from({ length: 20 }, () => store.take('b', bucket)));
    expect(taken.filter(({ allowed }) => allowed)).toHaveLength(3);
  });

  it('agree with exact arithmetic over any course of time', async () => {
    const { pass, store } = subject();
    const whole = fc.integer({ min: 1, max: 1_000 });
    const step = fc.record({ waitMs: fc.integer({ min: 0, max: 700 }), cost: fc.integer({ min: 0, max: 3 }) });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.record({ burst: fc.integer({ min: 3, max: 10 }), rate: whole, perMs: whole }),
        fc.array(step, { maxLength: 40 }),
        async (one, steps) => {
          const model = new ExactBucket(one);
          const key = `exact-${round++}`;
          for (const { cost, waitMs } of steps) {
            await pass(waitMs);
            model.pass(waitMs);
            expect(await store.take(key, one, cost)).toEqual(model.take(cost));
          }
        },
      ),
      { numRuns: 200 },
    );
  });
}

/** A bucket the plain way: tokens that drip in, in fractions of `perMs`. */
class ExactBucket {
  readonly #bucket: Bucket;
  /** tokens times perMs */
  #tokens: bigint;

  constructor(bucket: Bucket) {
    this.#bucket = bucket;
    this.#tokens = BigInt(bucket.burst) * BigInt(bucket.perMs);
  }

  pass(ms: number): void {
    const full = BigInt(this.#bucket.burst) * BigInt(this.#bucket.perMs);
    this.#tokens += BigInt(ms) * BigInt(this.#bucket.rate);
    if (this.#tokens > full) this.#tokens = full;
  }

  take(cost: number) {
    const { burst, perMs, rate } = this.#bucket;
    const wanted = BigInt(cost) * BigInt(perMs);
    const allowed = this.#tokens >= wanted;
    if (allowed) this.#tokens -= wanted;
    const waitFor = (missing: bigint) => Number((missing + BigInt(rate) - 1n) / BigInt(rate));
    return {
      allowed,
      remaining: Number(this.#tokens / BigInt(perMs)),
      retryAfterMs: allowed ? 0 : waitFor(wanted - this.#tokens),
      resetMs: waitFor(BigInt(burst) * BigInt(perMs) - this.#tokens),
    };
  }
}
