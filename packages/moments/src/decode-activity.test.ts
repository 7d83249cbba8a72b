import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeActivity } from './decode-activity.ts';
import { PartitionEngine } from './engine.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('decodeActivity', () => {
  it('reads a digest', () => {
    const digest = {
      k: 'd',
      src: 'a',
      seq: 1,
      t: 2,
      ch: { one: { e: { 'unicode:1f525': 3 }, r: 1, m: 0, a: 0, f: {} } },
    };
    expect(decodeActivity(bytes(JSON.stringify(digest)))).toEqual({ ok: true, record: digest });
  });

  it('names what is wrong', () => {
    const decoded = decodeActivity(bytes('{"k":"d","src":"a","seq":-1,"t":2,"ch":{}}'));
    expect(decoded).toMatchObject({ ok: false, problem: expect.stringContaining('seq') });
    expect(decodeActivity(Uint8Array.of(0xff))).toMatchObject({ ok: false, problem: expect.stringContaining('JSON') });
  });

  it('never throws and never lets through what the engine cannot apply (generated records)', () => {
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
        const decoded = decodeActivity(bytes(JSON.stringify(value)));
        if (decoded.ok) engine.apply({ offset: offset++, appendedAt: 1_000 * offset, record: decoded.record });
        else expect(decoded.problem).not.toBe('');
      }),
      { numRuns: 2_000 },
    );
  });
});
