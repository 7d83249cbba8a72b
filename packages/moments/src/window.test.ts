import { analysisOf, checkRawEmote, DEFAULT_SETTINGS } from '@ovation/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { analyzeReactions } from './analyze-reactions.ts';
import { windowStartOf } from './window.ts';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

describe('a window', () => {
  it('is the minute in UTC, wherever the machine and the sender are (C7)', () => {
    const { allowed } = analysisOf(DEFAULT_SETTINGS);
    const options = { interval: 1, threshold: 0.3, allowed, channel: 'one' };
    // The last instant of a minute and the first of the next one, written in several zones. Kiritimati has another
    // date.
    const written = ['11:59:59.999Z', '17:29:59.999+05:30', '08:29:59.999-03:30', '12:00:00.000Z'];
    const results = [
      ['UTC', 0],
      ['Asia/Kolkata', -330],
      ['America/St_Johns', 210],
      ['Pacific/Kiritimati', -840],
    ].map(([name, offset]) => {
      process.env['TZ'] = String(name);
      const reactions = written.map((time) => {
        const checked = checkRawEmote({ emote: '🔥', timestamp: `2026-01-01T${time}` });
        return checked.ok ? { at: checked.occurredAt, emote: checked.key } : expect.fail(checked.problem);
      });
      // Proves that the change of the time zone had an effect.
      expect(new Date(2026, 0, 1).getTimezoneOffset()).toBe(offset);
      return analyzeReactions(reactions, options).moments.map(({ windowStart, count }) => [windowStart, count]);
    });
    for (const result of results)
      expect(result).toEqual([
        ['2026-01-01T11:59:00.000Z', 3],
        ['2026-01-01T12:00:00.000Z', 1],
      ]);
    expect(windowStartOf(Date.UTC(1970, 0, 1, 0, 0, 59, 999))).toBe(0);
  });
});
