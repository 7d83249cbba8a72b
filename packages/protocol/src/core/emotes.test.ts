import { describe, expect, it } from 'vitest';
import {
  ALIAS_MAX,
  countedKey,
  EMOTE_KEY_MAX_BYTES,
  emoteDisplay,
  emoteKey,
  emoteNameFrom,
  isEmoteAlias,
  isEmoteName,
  OTHER_EMOTES,
} from './emotes.ts';

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

  it.each(['unicode:1f525', 'unicode:1F525', 'UNICODE:01f525', 'unicode:1f525-fe0f', 'text:🔥'])(
    'gives %s the one key of the emoji that it means (D1)',
    (text) => {
      expect(emoteKey(text)).toBe('unicode:1f525');
    },
  );

  it('takes joiners and selectors inside an emoji, and words of any script (D1)', () => {
    for (const name of ['go👨‍👩‍👧‍👦', 'été', '草', 'ああ', 'D:', 'monkaS^', ':)']) {
      expect(emoteKey(name)).toBe(`text:${name}`);
    }
  });

  it('shows a key of an older version as a text that does no harm, and counts it with the others (D1)', () => {
    const shown = ['unicode:0', 'unicode:d800', 'twitch:\u0000', 'text:<b>', 'text:\u202E', 'other:'].map(emoteDisplay);
    expect(shown).toEqual(['unicode:0', 'unicode:d800', 'other emotes', '＜b＞', 'other emotes', 'other emotes']);
    expect(['unicode:0', 'text:<b>', 'unicode:1f525'].map(countedKey)).toEqual([
      OTHER_EMOTES,
      OTHER_EMOTES,
      'unicode:1f525',
    ]);
  });
});

describe('the shown name of an emote', () => {
  it('has the characters of a key’s name, and may have spaces between them', () => {
    expect(['Kappa', 'two words', '❤️‍🔥', 'ＬＵＬ'].filter(isEmoteName)).toHaveLength(4);
    const wrong = ['', ' a', 'a\u0000', '\uD83D', '\u202Eevil', 'a\u200Db', '<3', 'x'.repeat(ALIAS_MAX + 1)];
    expect(wrong.filter(isEmoteName)).toEqual([]);
  });

  it('is made harmless where the platform’s own has markup', () => {
    expect(['<3', '>(', 'R&R'].map((name) => [isEmoteAlias(name), emoteNameFrom(name)])).toEqual([
      [true, '＜3'],
      [true, '＞('],
      [true, 'R＆R'],
    ]);
    expect([isEmoteAlias('a\u202E'), emoteNameFrom('a\u202E')]).toEqual([false, 'a']);
    expect(emoteNameFrom('\u200B')).toBeUndefined();
  });
});
