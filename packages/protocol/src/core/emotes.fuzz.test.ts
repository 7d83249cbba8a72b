import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ALIAS_MAX, EMOTE_KEY_MAX_BYTES, emoteDisplay, emoteKey, emoteNameFrom, isEmoteName } from './emotes.ts';
import { isStorable } from './unstorable-text.ts';

const CODE_POINT_MAX = 0x11_ffff;
const codePoints = fc
  .array(
    fc.oneof(fc.integer({ min: 0, max: CODE_POINT_MAX }), fc.constantFrom(0, 0xd83d, 0xdd25, 0x1f525, 0x200d, 0x202e)),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((points) => `unicode:${points.map((point) => point.toString(16)).join('-')}`);
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
const withHalves = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));
const named = fc
  .tuple(
    fc.constantFrom('twitch', '7tv', 'bttv', 'ffz', 'custom', 'text', 'unicode', 'other'),
    fc.oneof(anyText, withHalves),
  )
  .map(([provider, id]) => `${provider}:${id}`);
const hostile = fc.oneof(anyText, withHalves, codePoints, named);

/** PostgreSQL can store it, a browser shows it as what it is, and nothing around it changes. */
function expectHarmless(text: string): void {
  expect(isStorable(text)).toBe(true);
  const rest = text.replaceAll(/\p{RGI_Emoji}/gv, '');
  expect(rest).not.toMatch(/[\p{Cc}\p{Cs}\p{Cf}\p{Default_Ignorable_Code_Point}<>&]/u);
}

it('an emote’s identity answers the same key for what it shows, and stays in bounds (generated texts)', () => {
  let keys = 0;
  fc.assert(
    fc.property(hostile, (text) => {
      const key = emoteKey(text);
      if (key === undefined) return;
      keys += 1;
      expect(Buffer.byteLength(key.replace(/^text:/, ''))).toBeLessThanOrEqual(EMOTE_KEY_MAX_BYTES);
      expect(emoteKey(key)).toBe(key);
      if (key.startsWith('unicode:')) expect(emoteKey(emoteDisplay(key))).toBe(key);
    }),
    { numRuns: 1_000 },
  );
  expect(keys).toBeGreaterThan(100);
});

it('whatever key is taken can be stored and shown, and so can what is shown of any other (generated texts)', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const key = emoteKey(text);
      if (key !== undefined) expectHarmless(key);
      expectHarmless(emoteDisplay(text));
      expect(emoteDisplay(text)).not.toBe('');
      const name = emoteNameFrom(text);
      if (name === undefined) return;
      expect(isEmoteName(name)).toBe(true);
      expect(name.length).toBeLessThanOrEqual(ALIAS_MAX);
    }),
    { numRuns: 2_000 },
  );
});
