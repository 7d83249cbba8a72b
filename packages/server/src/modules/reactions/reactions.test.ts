import { activityRecordSchema, partitionOf, type DigestRecord } from '@ovation/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventLogError, type EventLog } from '../../ports/event-log.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { createReactions } from './index.ts';
import { MemoryEventLog } from '../../../test/support/memory-event-log.ts';
import { reactionMetrics } from './metrics.ts';

const START = Date.UTC(2026, 0, 1);
const PARTITIONS = 4;
const OUT = new EventLogError('unavailable', 'The log is out');

function setUp() {
  const clock = createManualClock(START);
  const memory = new MemoryEventLog();
  const metrics = createMetrics();
  const published: { subject: string; message: unknown }[] = [];
  const bus = {
    publish: (subject: string, message: unknown) => void published.push({ subject, message }),
    subscribe: () => Promise.reject(new Error('not used')),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  // The module only appends; the rest of the port is not there.
  const eventLog = memory as unknown as EventLog;
  const reactions = createReactions({
    eventLog,
    bus,
    clock,
    logger: silentLogger(),
    metrics,
    activityPartitions: PARTITIONS,
  });
  const dropped = async () => (await reactionMetrics(metrics).reactionsDropped.get()).values[0]?.value ?? 0;
  const react = (channel = 'demo', key = 'unicode:1f525', n = 1, reactor = 'a') =>
    reactions.count({ channel, key, n, reactor });
  return { clock, memory, reactions, published, dropped, react };
}

/** Lets what the log answered reach the queues. */
async function answered(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function digests(memory: MemoryEventLog): DigestRecord[] {
  return memory.records.flatMap(({ record }) => {
    const parsed = activityRecordSchema.parse(record);
    return parsed.k === 'd' ? [parsed] : [];
  });
}

describe('digests', () => {
  it('the first reaction after silence is on its way at once', () => {
    const { memory, react } = setUp();
    react();
    expect(memory.requests).toHaveLength(1);
  });

  it('reactions of one slot become one digest with counts and distinct reactors', async () => {
    const { clock, memory, react } = setUp();
    react();
    await answered();
    clock.advance(10);
    react('demo', 'unicode:1f525', 2, 'a');
    react('demo', 'unicode:1f525', 1, 'b');
    react('demo', 'unicode:2764', 1, 'b');
    expect(memory.requests).toHaveLength(1);
    clock.advance(90);
    await answered();
    expect(digests(memory)[1]).toMatchObject({
      seq: 1,
      t: START,
      ch: { demo: { e: { 'unicode:1f525': 3, 'unicode:2764': 1 }, r: 2, m: 0, a: 0, f: {} } },
    });
  });

  it('no slot crosses a whole second, also when the timer is late', async () => {
    const { clock, memory, react } = setUp();
    react();
    clock.advance(950);
    react();
    clock.advance(20);
    react();
    // The clock jumps over the timer's appointment, as a busy process does.
    clock.raiseTo(START + 1_030);
    react();
    clock.advance(200);
    await answered();
    expect(digests(memory).map(({ t, ch }) => [t - START, ch['demo']?.e['unicode:1f525']])).toEqual([
      [0, 1],
      [900, 1],
      [900, 1],
      [1000, 1],
    ]);
  });

  it('channels go to their home partitions, each with its own numbers and one source', async () => {
    const { clock, memory, react } = setUp();
    const channels = Array.from({ length: 40 }, (_, i) => `channel-${i}`);
    for (let round = 0; round < 3; round += 1) {
      for (const channel of channels) react(channel);
      clock.advance(100);
      await answered();
    }
    for (const { partition, record } of memory.records) {
      for (const channel of Object.keys(record['ch'] as object)) {
        expect(partitionOf(channel, PARTITIONS)).toBe(partition);
      }
    }
    expect(new Set(memory.records.map(({ record }) => record['src'])).size).toBe(1);
    expect(memory.records[0]?.record['src']).toMatch(/^[0-9a-f]{24}$/);
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const numbers = memory.records.filter((r) => r.partition === partition).map((r) => r.record['seq']);
      expect(numbers).toEqual(numbers.map((_, i) => i));
    }
  });

  it('a digest over 256 KB is split, by channel and then by emote, without losing a reaction', async () => {
    const { clock, memory, react } = setUp();
    const channel = 'demo';
    const neighbours = Array.from({ length: 2_000 }, (_, i) => `n${i}`).filter(
      (name) => partitionOf(name, PARTITIONS) === partitionOf(channel, PARTITIONS),
    );
    react(channel);
    clock.advance(1);
    const emote = (i: number) => `text:${String(i).padStart(50, '"')}`;
    for (let i = 0; i < 6_000; i += 1) react(channel, emote(i), 1, `viewer-${i % 7}`);
    for (const name of neighbours) react(name, emote(1), 2);
    clock.advance(100);
    await answered();
    expect(memory.records.length).toBeGreaterThan(2);
    for (const { bytes } of memory.records) expect(bytes).toBeLessThanOrEqual(262_144);
    const parts = digests(memory);
    const sum = parts.flatMap(({ ch }) => Object.values(ch)).flatMap(({ e }) => Object.values(e));
    expect(sum.reduce((a, b) => a + b, 0)).toBe(1 + 6_000 + 2 * neighbours.length);
    expect(parts.slice(1).reduce((r, { ch }) => r + (ch[channel]?.r ?? 0), 0)).toBe(7);
  });
});

describe('a log that is out', () => {
  it('keeps one request in flight per partition and sends the backlog oldest first', async () => {
    const { clock, memory, react } = setUp();
    memory.hold();
    for (let slot = 0; slot < 20; slot += 1) {
      react();
      clock.advance(100);
    }
    expect(memory.requests).toHaveLength(1);
    memory.release();
    await answered();
    expect(memory.mostInFlight).toBe(1);
    expect(memory.requests).toHaveLength(2);
    expect(digests(memory).map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('sends a numbered digest again exactly as it was, so a lost answer cannot count twice', async () => {
    const { clock, memory, react } = setUp();
    memory.losesAnswers = true;
    react();
    await answered();
    react();
    memory.losesAnswers = false;
    clock.advance(100);
    await answered();
    clock.advance(100);
    await answered();
    const values = memory.requests.map((records) => records.map(({ value }) => value));
    expect(values[1]).toEqual(values[0]);
    expect(digests(memory).map(({ seq }) => seq)).toEqual([0, 0, 1]);
  });

  it('flushes within three seconds of the return of the log, however long it was out', async () => {
    const { clock, memory, react } = setUp();
    memory.failure = OUT;
    for (let slot = 0; slot < 300; slot += 1) {
      react();
      clock.advance(100);
      await answered();
    }
    memory.failure = undefined;
    clock.advance(3_000);
    await answered();
    expect(new Set(digests(memory).map(({ seq }) => seq)).size).toBe(300);
  });

  it('drops whole oldest digests beyond the bound and counts their reactions', async () => {
    const { clock, memory, react, dropped } = setUp();
    memory.failure = OUT;
    for (let slot = 0; slot < 3_100; slot += 1) {
      react('demo', 'unicode:1f525', 2);
      clock.advance(100);
      if (slot < 2) await answered();
    }
    // The first is in flight and stays; 3,000 wait.
    expect(await dropped()).toBe(2 * (3_100 - 3_000 - 1));
    memory.failure = undefined;
    for (let turn = 0; turn < 20; turn += 1) {
      clock.advance(2_000);
      await answered();
    }
    const numbers = digests(memory).map(({ seq }) => seq);
    expect(numbers[0]).toBe(0);
    expect(numbers.slice(1)).toEqual(Array.from({ length: 3_000 }, (_, i) => i + 100));
  });

  it('every reaction is in exactly one numbered digest or counted as dropped, whatever fails', async () => {
    const step = fc.record({
      n: fc.integer({ min: 1, max: 20 }),
      wait: fc.integer({ min: 0, max: 400 }),
      eventLog: fc.constantFrom('up', 'out', 'loses answers'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const { clock, memory, reactions, react, dropped } = setUp();
        for (const { n, wait, eventLog } of steps) {
          memory.failure = eventLog === 'out' ? OUT : undefined;
          memory.losesAnswers = eventLog === 'loses answers';
          react('demo', 'unicode:1f525', n);
          clock.advance(wait);
          await answered();
        }
        memory.failure = undefined;
        memory.losesAnswers = false;
        const stopped = reactions[Symbol.asyncDispose]();
        for (let turn = 0; turn < 3; turn += 1) {
          clock.advance(900);
          await answered();
        }
        await stopped;
        const once = new Map(digests(memory).map((digest) => [digest.seq, digest]));
        const written = [...once.values()].reduce((sum, { ch }) => sum + (ch['demo']?.e['unicode:1f525'] ?? 0), 0);
        expect(written + (await dropped())).toBe(steps.reduce((sum, { n }) => sum + n, 0));
      }),
      { numRuns: 60 },
    );
  });
});

describe('HTTP batches', () => {
  it('one batch is one record with its ids, durable when it resolves, and shown live', async () => {
    const { memory, reactions, published } = setUp();
    const items = [
      { t: START, e: 'unicode:1f525', id: 'a' },
      { t: START + 5, e: 'unicode:2764', n: 3, id: 'b' },
    ];
    await reactions.append('demo', items);
    expect(memory.records.map(({ record }) => record)).toMatchObject([{ k: 'i', seq: 0, ch: 'demo', items }]);
    expect(published.at(-1)?.message).toMatchObject({ channel: 'demo', counts: { 'unicode:1f525': 1 } });
  });

  it('a batch that does not fit one record is split', async () => {
    const { memory, reactions } = setUp();
    const items = Array.from({ length: 1_000 }, (_, i) => ({ t: START, e: 'unicode:1f525', id: '語'.repeat(124) + i }));
    await reactions.append('demo', items);
    expect(memory.records.length).toBeGreaterThan(1);
    expect(memory.records.flatMap(({ record }) => record['items'])).toHaveLength(1_000);
    for (const { bytes } of memory.records) expect(bytes).toBeLessThanOrEqual(262_144);
  });

  it('rejects as retryable when the log stays out', async () => {
    const { clock, memory, reactions } = setUp();
    memory.failure = OUT;
    const result = reactions.append('demo', [{ t: START, e: 'unicode:1f525' }]).catch((error: unknown) => error);
    await answered();
    clock.advance(3_000);
    expect(await result).toMatchObject({ code: 'unavailable', retryable: true });
  });
});

describe('stopping', () => {
  it('writes the open slots before it resolves', async () => {
    const { memory, reactions, react } = setUp();
    react();
    react();
    await reactions[Symbol.asyncDispose]();
    expect(digests(memory).map(({ ch }) => ch['demo']?.e['unicode:1f525'])).toEqual([1, 1]);
    react();
    await expect(reactions.append('demo', [{ t: START, e: 'a' }])).rejects.toMatchObject({ code: 'unavailable' });
    expect(memory.records).toHaveLength(2);
  });

  it('gives up on a log that does not answer and counts what is lost', async () => {
    const { clock, memory, reactions, react, dropped } = setUp();
    memory.hold();
    react('demo', 'unicode:1f525', 4);
    react('demo', 'unicode:1f525', 5);
    const stopped = reactions[Symbol.asyncDispose]();
    clock.advance(3_000);
    await stopped;
    expect(await dropped()).toBe(9);
  });
});
