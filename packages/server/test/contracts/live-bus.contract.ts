import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LiveBus } from '../../src/ports/live-bus.ts';

/** What every live bus does; its adapters' tests call this. */
export function describeLiveBusContract(name: string, open: () => Promise<LiveBus>): void {
  describe(`${name} as a live bus`, () => {
    let bus: LiveBus;
    beforeEach(async () => {
      bus = await open();
    });
    afterEach(async () => {
      await bus[Symbol.asyncDispose]();
    });

    /** Everything published so far on any subject has been delivered when a last message has come back. */
    const settle = async (): Promise<void> => {
      const { promise, resolve } = Promise.withResolvers<void>();
      using _end = await bus.subscribe('settle', () => resolve());
      bus.publish('settle', null);
      await promise;
    };

    describeDelivery(() => bus, settle);
    describeIsolation(() => bus, settle);
    describeEnd(() => bus, settle);
  });
}

type Settle = () => Promise<void>;

function describeDelivery(bus: () => LiveBus, settle: Settle): void {
  it('delivers to every subscriber of the subject and to nobody else', async () => {
    const seen: string[] = [];
    await bus().subscribe('a', (message) => seen.push(`first ${String(message)}`));
    await bus().subscribe('a', (message) => seen.push(`second ${String(message)}`));
    await bus().subscribe('b', (message) => seen.push(`other ${String(message)}`));
    bus().publish('a', 'one');
    await settle();
    expect(seen.toSorted()).toEqual(['first one', 'second one']);
  });

  it('keeps the order of publishing', async () => {
    const seen: unknown[] = [];
    await bus().subscribe('a', (message) => seen.push(message));
    const sent = Array.from({ length: 500 }, (_, n) => n);
    for (const n of sent) bus().publish('a', n);
    await settle();
    expect(seen).toEqual(sent);
  });

  it('delivers after publish has returned, also from within a listener', async () => {
    const seen: string[] = [];
    await bus().subscribe('a', () => {
      seen.push('a begins');
      bus().publish('b', null);
      seen.push('a ends');
    });
    await bus().subscribe('b', () => seen.push('b'));
    bus().publish('a', null);
    expect(seen).toEqual([]);
    await settle();
    await settle();
    expect(seen).toEqual(['a begins', 'a ends', 'b']);
  });

  it('gives a subscriber nothing that was published before it came', async () => {
    const seen: unknown[] = [];
    bus().publish('a', 'before');
    await settle();
    await bus().subscribe('a', (message) => seen.push(message));
    bus().publish('a', 'after');
    await settle();
    expect(seen).toEqual(['after']);
  });
}

function describeIsolation(bus: () => LiveBus, settle: Settle): void {
  it('delivers what the message was when it was published', async () => {
    const seen: unknown[] = [];
    await bus().subscribe('a', (message) => seen.push(message));
    const message = { counts: { heart: 1 } };
    bus().publish('a', message);
    message.counts.heart = 2;
    await settle();
    expect(seen).toEqual([{ counts: { heart: 1 } }]);
  });

  it('does not let one subscriber change what another sees, nor the publisher', async () => {
    const seen: unknown[] = [];
    await bus().subscribe('a', (message) => {
      // The cast is the misuse that this test is about.
      (message as { counts: { heart: number } }).counts.heart = 99;
    });
    await bus().subscribe('a', (message) => seen.push(structuredClone(message)));
    const message = { counts: { heart: 1 } };
    bus().publish('a', message);
    await settle();
    expect(seen).toEqual([{ counts: { heart: 1 } }]);
    message.counts.heart = 2;
    expect(message.counts.heart).toBe(2);
  });

  it('keeps the error of one listener from the others and from the publisher', async () => {
    const seen: unknown[] = [];
    await bus().subscribe('a', () => {
      throw new Error('a listener that fails on purpose');
    });
    await bus().subscribe('a', (message) => seen.push(message));
    expect(() => bus().publish('a', 1)).not.toThrow();
    bus().publish('a', 2);
    await settle();
    expect(seen).toEqual([1, 2]);
  });
}

function describeEnd(bus: () => LiveBus, settle: Settle): void {
  it('delivers nothing to a subscription that was disposed, not even what was on its way', async () => {
    const seen: unknown[] = [];
    const subscription = await bus().subscribe('a', (message) => seen.push(message));
    bus().publish('a', 1);
    await settle();
    bus().publish('a', 2);
    subscription[Symbol.dispose]();
    subscription[Symbol.dispose]();
    bus().publish('a', 3);
    await settle();
    expect(seen).toEqual([1]);
  });

  it('keeps the other subscription when the same listener is there twice', async () => {
    const seen: unknown[] = [];
    const listener = (message: unknown) => seen.push(message);
    const first = await bus().subscribe('a', listener);
    await bus().subscribe('a', listener);
    first[Symbol.dispose]();
    bus().publish('a', 1);
    await settle();
    expect(seen).toEqual([1]);
  });

  it('never throws when it is published to after its end, and takes no subscriber any more', async () => {
    await bus()[Symbol.asyncDispose]();
    expect(() => bus().publish('a', 1)).not.toThrow();
    await expect(bus().subscribe('a', () => undefined)).rejects.toThrow(/closed/);
  });
}
