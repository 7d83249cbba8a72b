import { expect, it } from 'vitest';
import { decodeAssignment, decodeClaim, encodeAssignment, encodeClaim } from './wire.ts';

it('reads back what a member claims', () => {
  const held = new Map([['tö', [0, 3]]]);
  const bytes = encodeClaim(['tö', 'u'], held, 7);
  expect(decodeClaim('m', bytes)).toEqual({ memberId: 'm', topics: ['tö', 'u'], held, generation: 7 });
});

it('reads what a consumer of another kind wrote, which claims nothing', () => {
  // Version 0 has one topic and no data of the user, and ends there.
  const bytes = Buffer.from([0, 0, 0, 0, 0, 1, 0, 1, 0x74, 0xff, 0xff, 0xff, 0xff]);
  expect(decodeClaim('m', bytes)).toEqual({ memberId: 'm', topics: ['t'], held: new Map(), generation: -1 });
});

it('reads back a share, and none', () => {
  const share = new Map([['t', [1, 2]]]);
  expect(decodeAssignment(encodeAssignment(share))).toEqual(share);
  expect(decodeAssignment(Buffer.alloc(0))).toEqual(new Map());
});
