import type { DigestRecord } from '@ovation/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DigestDecoder } from './decode-digest.ts';

const decoder = new DigestDecoder();
const decode = (text: string) => decoder.decode(new TextEncoder().encode(text));
const plain =
  '{"k":"d","src":"a","seq":1,"t":2,"ch":{"one":{"e":{"unicode:1f525":3},"r":1,"m":0,"a":0,"f":{"votes":2}}}}';

const name = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('one', 'two', '🔥', '777', 'constructor', '') },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }) },
);
const channel = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('one', 'two', '777', 'constructor') },
  { weight: 1, arbitrary: name },
);
const emote = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('unicode:1f525', 'text:constructor', 'twitch:25', 'text:été') },
  { weight: 1, arbitrary: fc.oneof(name, fc.constantFrom('unicode:0', 'unicode:d800', 'text:<b>', 'other:')) },
);
const count = fc.oneof(
  { weight: 40, arbitrary: fc.integer({ min: 1 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 999_999_999_999_999, 1e15, Number.MAX_SAFE_INTEGER) },
);
const activity = fc.record({
  e: fc.dictionary(emote, count),
  r: count,
  m: count,
  a: count,
  f: fc.dictionary(name, count),
});
const digest = fc.record({
  k: fc.constant('d'),
  src: name,
  seq: count,
  t: count,
  ch: fc.dictionary(channel, activity),
});

describe('DigestDecoder', () => {
  it('reads the spelling of the gateways', () => {
    expect(decode(plain)).toEqual(JSON.parse(plain));
    const empty = '{"k":"d","src":"a","seq":1,"t":2,"ch":{}}';
    expect(decode(empty)).toEqual(JSON.parse(empty));
  });

  it('gives what JSON.parse gives or nothing (generated digests)', () => {
    let read = 0;
    fc.assert(
      fc.property(digest, (generated) => {
        const text = JSON.stringify(generated);
        const decoded = decode(text);
        if (!decoded) return;
        read += 1;
        const parsed = JSON.parse(text) as DigestRecord;
        expect(decoded).toEqual(parsed);
        // The order of the names is equal too, although nothing may depend on it.
        expect(JSON.stringify(decoded)).toBe(JSON.stringify(parsed));
      }),
      { numRuns: 500 },
    );
    expect(read).toBeGreaterThan(50);
  });

  it('leaves every text that is not JSON, or another digest, to others (each byte changed or gone)', () => {
    const bytes = new TextEncoder().encode(plain);
    for (let at = 0; at < bytes.length; at += 1) {
      for (const byte of [undefined, 0x00, 0x22, 0x30, 0x39, 0x5c, 0x61, 0x7d, 0xff]) {
        const changed = byte === undefined ? Uint8Array.from([...bytes].toSpliced(at, 1)) : bytes.with(at, byte);
        const decoded = decoder.decode(changed);
        const text = new TextDecoder('utf-8', { fatal: decoded !== undefined }).decode(changed);
        expect(decoded ?? 'left').toEqual(decoded ? JSON.parse(text) : 'left');
      }
    }
  });

  it('leaves counts of 0, signs, fractions, zeros in front and what follows to others', () => {
    const others = [
      plain.replace(':3}', ':0}'),
      plain.replace('"r":1', '"r":-1'),
      plain.replace('"r":1', '"r":1.5'),
      plain.replace('"r":1', '"r":01'),
      plain.replace('"seq":1', '"seq":9007199254740993'),
      plain.replace('"one"', '"__proto__"'),
      plain.replace('"one"', String.raw`"\u006fne"`),
      plain.replace('"one"', `"${'n'.repeat(200)}"`),
      `${plain} `,
      ` ${plain}`,
      plain.slice(0, -1),
      '',
    ];
    expect(others.map(decode)).toEqual(others.map(() => undefined));
  });
});
