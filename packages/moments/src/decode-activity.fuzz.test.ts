import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeActivity } from './decode-activity.ts';
import { PartitionEngine } from './engine.ts';

it('decodeActivity never throws and never lets through what the engine cannot apply (generated records)', () => {
  const almost = fc.record({
    k: fc.constantFrom('d', 'i', 's', 't', 'x'),
    src: fc.oneof(fc.string(), fc.integer()),
    seq: fc.oneof(fc.integer(), fc.double()),
    t: fc.oneof(fc.integer(), fc.double(), fc.string()),
    ch: fc.oneof(fc.jsonValue(), fc.string(), fc.dictionary(fc.string(), fc.jsonValue())),
    items: fc.jsonValue(),
    ver: fc.jsonValue(),
    body: fc.jsonValue(),
  });
  const engine = new PartitionEngine();
  let offset = 0;
  fc.assert(
    fc.property(fc.oneof(almost, fc.jsonValue()), (value) => {
      const decoded = decodeActivity(new TextEncoder().encode(JSON.stringify(value)));
      if (decoded.ok) engine.apply({ offset: offset++, appendedAt: 1_000 * offset, record: decoded.record });
      else expect(decoded.problem).not.toBe('');
    }),
    { numRuns: 2_000 },
  );
});
