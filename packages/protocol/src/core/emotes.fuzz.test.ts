import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EMOTE_KEY_MAX_BYTES, emoteDisplay, emoteKey } from './emotes.ts';

it('an emote’s identity answers the same key for what it shows, and stays in bounds (generated texts)', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
      const key = emoteKey(text);
      if (key === undefined) return;
      expect(Buffer.byteLength(key.replace(/^text:/, ''))).toBeLessThanOrEqual(EMOTE_KEY_MAX_BYTES);
      if (key.startsWith('unicode:')) expect(emoteKey(emoteDisplay(key))).toBe(key);
    }),
    { numRuns: 500 },
  );
});
