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

  it('counts keys that no door takes any more as other emotes (D1)', () => {
    const e = { 'unicode:1f525': 3, 'unicode:0': 5, 'text:<b>': 1, 'text:\u202E': 1 };
    const digest = { k: 'd', src: 'a', seq: 1, t: 2, ch: { one: { e, r: 1, m: 0, a: 0, f: {} } } };
    const decoded = decodeActivity(bytes(JSON.stringify(digest)));
    expect(decoded).toMatchObject({ ok: true, record: { ch: { one: { e: { 'unicode:1f525': 3, 'other:': 7 } } } } });
    const items = [
      { t: 1, e: 'unicode:0' },
      { t: 2, e: 'unicode:1f525', n: 2 },
    ];
    expect(decodeActivity(bytes(JSON.stringify({ k: 'i', src: 'a', seq: 1, ch: 'one', items })))).toMatchObject({
      ok: true,
      record: { items: [{ e: 'other:' }, { e: 'unicode:1f525' }] },
    });
  });

  it('does not read a record that could not be stored (D1)', () => {
    const digest = (src: string, channel: string) => ({ k: 'd', src, seq: 1, t: 2, ch: { [channel]: {} } });
    for (const record of [
      digest('a\u0000', 'one'),
      digest('a\uD83D', 'one'),
      digest('a', 'a channel'),
      { k: 'i', src: 'a', seq: 1, ch: 'one', items: [{ t: 1, e: 'unicode:1f525', id: '\u0000' }] },
      { k: 's', ch: 'one', ver: 1, body: { interval: 1, threshold: 0.5, allowed: [], broadcastId: '\u0000' } },
    ]) {
      expect(decodeActivity(bytes(JSON.stringify(record))).ok).toBe(false);
    }
  });

  it('names what is wrong', () => {
    const decoded = decodeActivity(bytes('{"k":"d","src":"a","seq":-1,"t":2,"ch":{}}'));
    expect(decoded).toMatchObject({ ok: false, problem: expect.stringContaining('seq') });
    expect(decodeActivity(Uint8Array.of(0xff))).toMatchObject({ ok: false, problem: expect.stringContaining('JSON') });
  });
});
