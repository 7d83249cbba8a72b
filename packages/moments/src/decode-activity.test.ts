import { describe, expect, it } from 'vitest';
import { decodeActivity } from './decode-activity.ts';

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
});
