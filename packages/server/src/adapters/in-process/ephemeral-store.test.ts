import { describe, expect, it } from 'vitest';
import { describeEphemeralStoreContract } from '../../../test/contracts/ephemeral-store.contract.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { createInProcessEphemeralStore } from './ephemeral-store.ts';

describeEphemeralStoreContract('in-process', async () => {
  const clock = createManualClock();
  return { store: createInProcessEphemeralStore({ clock }), pass: (ms) => clock.advance(ms) };
});

describe('the memory of the in-process store', () => {
  it('is bounded: what has run out goes first, then what was added first', async () => {
    const clock = createManualClock();
    await using store = createInProcessEphemeralStore({ clock, maxKeys: 3 });
    await store.set('first', '1', 10_000);
    await store.set('short', '2', 10);
    await store.set('third', '3', 10_000);
    clock.advance(10);
    await store.set('fourth', '4', 10_000);
    expect(await store.get('first')).toBe('1');
    await store.set('fifth', '5', 10_000);
    const held = await Promise.all(['first', 'third', 'fourth', 'fifth'].map((key) => store.get(key)));
    expect(held).toEqual([undefined, '3', '4', '5']);
  });

  it('is given back by the sweep although nobody asks for the keys again', async () => {
    const clock = createManualClock();
    await using store = createInProcessEphemeralStore({ clock });
    for (let n = 0; n < 5_000; n++) await store.set(`k${n}`, 'v', 500);
    await store.set('stays', 'v', 100_000);
    expect(store.heldKeys()).toBe(5_001);
    // 2,000 keys a second, and one more second to come around.
    clock.advance(4_000);
    expect(store.heldKeys()).toBe(1);
  });
});
