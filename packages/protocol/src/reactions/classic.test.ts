import { describe, expect, it } from 'vitest';
import { checkRawEmote, RAW_EMOTE_TEXTS } from './classic.ts';
import { intervalProblem, SETTINGS_TEXTS, settingsPatchSchema } from '../channels/settings.ts';

describe('checkRawEmote', () => {
  const timestamp = '2026-01-01T12:00:00.000Z';
  it('takes the classic record', () => {
    expect(checkRawEmote({ emote: '🔥', timestamp })).toMatchObject({ ok: true, key: 'unicode:1f525' });
  });

  it('reads instants with an offset, as the batches do (D17)', () => {
    const withOffset = checkRawEmote({ emote: '🔥', timestamp: '2024-02-29T01:30:00.5+05:30' });
    expect(withOffset).toMatchObject({ ok: true, occurredAt: Date.UTC(2024, 1, 28, 20, 0, 0, 500) });
  });

  it.each([
    [null, RAW_EMOTE_TEXTS.object],
    [[], RAW_EMOTE_TEXTS.object],
    [{ timestamp }, RAW_EMOTE_TEXTS.emoteRequired],
    [{ emote: 5, timestamp }, RAW_EMOTE_TEXTS.emoteRequired],
    [{ emote: 'x'.repeat(200), timestamp }, RAW_EMOTE_TEXTS.emoteInvalid],
    [{ emote: '🔥' }, RAW_EMOTE_TEXTS.timestampRequired],
    [{ emote: '🔥', timestamp: 'yesterday' }, RAW_EMOTE_TEXTS.timestampInvalid],
    [{ emote: '🔥', timestamp: '2026-13-40T00:00:00Z' }, RAW_EMOTE_TEXTS.timestampInvalid],
    [{ emote: '🔥', timestamp: '2026-02-30T00:00:00Z' }, RAW_EMOTE_TEXTS.timestampInvalid],
    [{ emote: '🔥', timestamp: '2026-02-28 00:00:00Z' }, RAW_EMOTE_TEXTS.timestampInvalid],
    [{ emote: '🔥', timestamp: '2026-02-28T00:00:00' }, RAW_EMOTE_TEXTS.timestampInvalid],
    [{ emote: '🔥', timestamp: '2026-02-28' }, RAW_EMOTE_TEXTS.timestampInvalid],
    [{ emote: '🔥', timestamp: '1969-12-31T23:59:59Z' }, RAW_EMOTE_TEXTS.timestampInvalid],
    [{ emote: '🔥', timestamp, streamerId: 'a b' }, RAW_EMOTE_TEXTS.streamer],
  ])('says what is wrong with %j', (input, problem) => {
    expect(checkRawEmote(input)).toEqual({ ok: false, problem });
  });
});

describe('settings texts', () => {
  it.each([
    ['x', SETTINGS_TEXTS.interval],
    [0, SETTINGS_TEXTS.interval],
    [-5, SETTINGS_TEXTS.interval],
    [null, SETTINGS_TEXTS.interval],
    [Number.NaN, SETTINGS_TEXTS.interval],
    [1001, SETTINGS_TEXTS.intervalTooLarge],
    [1.5, SETTINGS_TEXTS.intervalInteger],
    [50, undefined],
  ])('interval %j: %s', (value, text) => {
    expect(intervalProblem(value)).toBe(text);
  });

  it.each([
    [{ threshold: 0 }, SETTINGS_TEXTS.threshold],
    [{ threshold: 1 }, SETTINGS_TEXTS.threshold],
    [{ threshold: 'a' }, SETTINGS_TEXTS.threshold],
    [{ allowedEmotes: [] }, SETTINGS_TEXTS.allowedEmotes],
    [{ allowedEmotes: 'x' }, SETTINGS_TEXTS.allowedEmotes],
    [{ allowedEmotes: ['a b'] }, SETTINGS_TEXTS.allowedEmote],
  ])('refuses %j', (patch, text) => {
    const checked = settingsPatchSchema.safeParse(patch);
    expect(checked.error?.issues.map(({ message }) => message)).toEqual([text]);
  });

  it.each([{ threshold: 0.0001 }, { threshold: 0.9999 }, { interval: 1000 }, {}])('takes %j', (patch) => {
    expect(settingsPatchSchema.safeParse(patch).success).toBe(true);
  });
});
