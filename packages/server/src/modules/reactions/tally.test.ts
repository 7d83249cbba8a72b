import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveBus } from '../../ports/live-bus.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { createTallyPublisher } from './index.ts';
import { TallyBoard } from './live/tally-board.ts';

const START = Date.UTC(2026, 0, 1);
const FIRE = 'unicode:1f525';

function busTo(listener: (subject: string, message: unknown) => void): LiveBus {
  return {
    publish: (subject, message) => listener(subject, structuredClone(message)),
    subscribe: () => Promise.reject(new Error('not used')),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

describe('the publisher', () => {
  function setUp() {
    const clock = createManualClock(START);
    const messages: { subject: string; message: Record<string, unknown> }[] = [];
    const bus = busTo((subject, message) => messages.push({ subject, message: message as Record<string, unknown> }));
    return { clock, messages, publisher: createTallyPublisher({ bus, clock }) };
  }

  it('speaks at once after silence, then five times a second, and only when something changed', () => {
    const { clock, messages, publisher } = setUp();
    publisher.add('demo', FIRE, 1);
    expect(messages).toMatchObject([
      { subject: 'tally:demo', message: { channel: 'demo', minute: START, counts: { [FIRE]: 1 } } },
    ]);
    for (let i = 0; i < 100; i += 1) {
      publisher.add('demo', FIRE, 1);
      clock.advance(10);
    }
    expect(messages.length).toBeLessThanOrEqual(6);
    clock.advance(1_000);
    const quietAt = messages.length;
    expect(messages.at(-1)?.message['counts']).toEqual({ [FIRE]: 101 });
    clock.advance(10_000);
    expect(messages).toHaveLength(quietAt);
  });

  it('says the last counts of a minute before the next minute starts from nothing', () => {
    const { clock, messages, publisher } = setUp();
    clock.advance(59_900);
    publisher.add('demo', FIRE, 1);
    publisher.add('demo', FIRE, 1);
    clock.raiseTo(START + 60_010);
    publisher.add('demo', FIRE, 1);
    clock.advance(200);
    expect(messages.map(({ message }) => [message['minute'], message['counts']])).toEqual([
      [START, { [FIRE]: 1 }],
      [START, { [FIRE]: 2 }],
      [START + 60_000, { [FIRE]: 1 }],
    ]);
  });

  it('says what is left when it is disposed', () => {
    const { messages, publisher } = setUp();
    publisher.add('demo', FIRE, 1);
    publisher.add('demo', FIRE, 1);
    publisher[Symbol.dispose]();
    expect(messages.at(-1)?.message['counts']).toEqual({ [FIRE]: 2 });
  });
});

describe('the board', () => {
  const message = (boot: string, v: number, count: number, minute = START) => ({
    boot,
    channel: 'demo',
    minute,
    v,
    counts: { [FIRE]: count },
  });

  it('sums over boots and keeps the highest count of each', () => {
    const board = new TallyBoard(createManualClock(START));
    board.apply(message('a', 1, 5));
    board.apply(message('b', 1, 7));
    board.apply(message('a', 3, 9));
    board.apply(message('a', 2, 6));
    board.apply(message('a', 3, 9));
    expect([...board.take()]).toEqual([[FIRE, 16]]);
    expect([...board.take()]).toEqual([]);
  });

  it('takes what was counted before it listened as known, not as news', () => {
    const clock = createManualClock(START + 30_000);
    const board = new TallyBoard(clock);
    expect(board.apply(message('old', 90, 500))).toBe(false);
    expect(board.apply(message('old', 91, 502))).toBe(true);
    expect(board.apply(message('new', 1, 1))).toBe(true);
    expect([...board.take()]).toEqual([[FIRE, 3]]);
  });

  it('ignores what is not a tally', () => {
    const board = new TallyBoard(createManualClock(START));
    for (const wrong of [undefined, null, 1, 'x', [], {}, { boot: 'a', counts: {} }, message('a', 1, -4)]) {
      expect(board.apply(wrong)).toBe(false);
    }
  });

  it('keeps ten minutes of seconds for a chart', () => {
    const clock = createManualClock(START);
    const board = new TallyBoard(clock);
    let count = 0;
    for (let second = 0; second < 700; second += 1) {
      if (second % 60 === 0) count = 0;
      count += 1;
      board.apply(message('a', 2, count, clock.now() - (clock.now() % 60_000)));
      board.take();
      clock.advance(1_000);
    }
    const { from, bins } = board.series();
    expect(from).toBe(START / 1000 + 101);
    expect(bins).toHaveLength(600);
    expect(bins.slice(0, -1).every((bin) => bin.get(FIRE) === 1)).toBe(true);
    expect(bins.at(-1)?.size).toBe(0);
  });

  it('shows every reaction once, although the bus loses and repeats messages, when the last of a minute arrives', () => {
    const step = fc.record({
      boot: fc.integer({ min: 0, max: 2 }),
      key: fc.constantFrom('a', 'b', 'c'),
      n: fc.integer({ min: 1, max: 9 }),
      wait: fc.integer({ min: 0, max: 300 }),
      fate: fc.constantFrom('arrives', 'is lost', 'comes twice'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const clock = createManualClock(START);
        const board = new TallyBoard(clock);
        let fate = 'arrives';
        const shown = new Map<string, number>();
        const bus = busTo((_, tally) => {
          if (fate !== 'is lost') board.apply(tally);
          if (fate === 'comes twice') board.apply(tally);
        });
        const boots = [0, 1, 2].map(() => createTallyPublisher({ bus, clock }));
        const expected = new Map<string, number>();
        const take = () => board.take().forEach((n, key) => shown.set(key, (shown.get(key) ?? 0) + n));
        for (const { boot, key, n, wait, fate: next } of steps) {
          fate = next;
          boots[boot]?.add('demo', key, n);
          expected.set(key, (expected.get(key) ?? 0) + n);
          clock.advance(wait);
          take();
        }
        fate = 'arrives';
        clock.advance(200);
        for (const boot of boots) boot.add('demo', 'last', 1);
        clock.advance(200);
        take();
        shown.delete('last');
        expect(shown).toEqual(expected);
      }),
    );
  });
});
