import { describe, expect, it } from 'vitest';
import { EMOTE_KEY_MAX_BYTES, emoteDisplay, emoteKey } from './emotes.ts';

describe('emote identity', () => {
  it.each([
    ['🔥', 'unicode:1f525', '🔥'],
    ['❤️', 'unicode:2764', '❤️'],
    ['❤', 'unicode:2764', '❤️'],
    ['👨‍👩‍👧‍👦', 'unicode:1f468-200d-1f469-200d-1f467-200d-1f466', '👨‍👩‍👧‍👦'],
    ['🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'unicode:1f3f4-e0067-e0062-e0065-e006e-e0067-e007f', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['👩🏽‍❤️‍💋‍👨🏿', 'unicode:1f469-1f3fd-200d-2764-200d-1f48b-200d-1f468-1f3ff', '👩🏽‍❤️‍💋‍👨🏿'],
    ['👍🏽', 'unicode:1f44d-1f3fd', '👍🏽'],
    ['1️⃣', 'unicode:31-20e3', '1️⃣'],
    ['🏳️‍🌈', 'unicode:1f3f3-200d-1f308', '🏳️‍🌈'],
    ['Kappa', 'text:Kappa', 'Kappa'],
    ['twitch:25', 'twitch:25', '25'],
    [
      `twitch:emotesv2_${'0123456789abcdef'.repeat(2)}`,
      `twitch:emotesv2_${'0123456789abcdef'.repeat(2)}`,
      `emotesv2_${'0123456789abcdef'.repeat(2)}`,
    ],
  ])('gives %s the key %s and shows %s (C3)', (text, key, display) => {
    expect(emoteKey(text)).toBe(key);
    expect(emoteDisplay(key)).toBe(display);
  });

  it('takes a name of exactly 64 bytes, and its key again (C3)', () => {
    for (const name of ['x'.repeat(EMOTE_KEY_MAX_BYTES), 'é'.repeat(EMOTE_KEY_MAX_BYTES / 2)]) {
      const key = emoteKey(name);
      expect(key).toBe(`text:${name}`);
      expect(emoteKey(String(key))).toBe(key);
      expect(emoteKey(`${name}y`)).toBeUndefined();
    }
    expect(emoteKey(`twitch:${'1'.repeat(EMOTE_KEY_MAX_BYTES - 7)}`)).toBeDefined();
    expect(emoteKey(`twitch:${'1'.repeat(EMOTE_KEY_MAX_BYTES - 6)}`)).toBeUndefined();
  });

  it.each(['', ' ', 'two words', 'a\u0000', '\ud83d', 'x'.repeat(EMOTE_KEY_MAX_BYTES + 1), '🔥 '])(
    'refuses %j (C3)',
    (text) => {
      expect(emoteKey(text)).toBeUndefined();
    },
  );
});
