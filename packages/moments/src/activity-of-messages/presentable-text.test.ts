import { describe, expect, it } from 'vitest';
import { presentableText } from './presentable-text.ts';

describe('a text that is shown as a sample', () => {
  it.each([
    ['what a goal!!  😱', 'what a goal!! 😱'],
    ['look at https://evil.example/x?y=1 now', 'look at [link] now'],
    ['free at CHEAP-stuff.com/abc today', 'free at [link] today'],
    ['mail me: ann.b@mail.example.org', 'mail me: [address]'],
    ['call +49 (170) 123-4567 now', 'call [number] now'],
    ['77777777', '77777777'],
    ['2:0 after 90 min', '2:0 after 90 min'],
    ['a\u0000b\nc\u202Ed\u200Be', 'a b c d e'],
    ['<b onclick="x">hi</b>', '<b onclick="x">hi</b>'],
    ['z' + '\u0301'.repeat(50), 'z' + '\u0301'.repeat(3)],
    ['\uD800 half', '\uFFFD half'],
    ['', ''],
  ])('%j becomes %j', (text, shown) => {
    expect(presentableText(text, 120)).toBe(shown);
  });

  it('keeps to the length and cuts no emoji in two', () => {
    const family = '👨‍👩‍👧‍👦';
    const shown = presentableText(family.repeat(20), 50);
    expect(shown.length).toBeLessThanOrEqual(50);
    expect(shown.isWellFormed()).toBe(true);
    expect(shown.replaceAll(family, '')).toBe('…');
  });

  it('costs little however hostile the text is', () => {
    for (const piece of ['a.', '1 ', 'a@', 'www.', '\u0301', '+1(']) {
      expect(presentableText(piece.repeat(100_000), 120).length).toBeLessThanOrEqual(120);
    }
  });
});
