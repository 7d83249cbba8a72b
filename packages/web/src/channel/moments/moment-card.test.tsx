import type { Moment } from '@ovation/protocol';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { MomentCard } from './moment-card.tsx';

const surge: Moment = {
  id: 'm',
  rev: 1,
  channel: 'one',
  broadcastId: null,
  detector: 'surge',
  emote: '',
  display: '',
  windowStart: '2026-01-01T12:00:20.000Z',
  count: 90,
  total: 400,
  ratio: 0.2,
  final: false,
  holds: true,
  settingsVersion: 0,
  detectedAt: 0,
  range: { start: '2026-01-01T12:00:05.000Z', peak: '2026-01-01T12:00:20.000Z', end: '2026-01-01T12:00:38.000Z' },
  score: 7.2,
  reasons: {
    rate: { now: 8, base: 4.06, peak: 14.24 },
    messages: 61,
    reactors: 30,
    authors: 44,
    reactions: [
      { reaction: '🔥', emote: 'unicode:1f525', count: 30 },
      { reaction: 'PogChamp', count: 12 },
    ],
    samples: [{ at: '2026-01-01T12:00:19.000Z', text: '<img src=x onerror=alert(1)> "wow"' }],
    kind: 'hype',
    flags: [],
  },
};
const card = (changes: Partial<Moment> = {}) =>
  renderToStaticMarkup(<MomentCard moment={{ ...surge, ...changes }} index={0} />);
const textOf = (html: string) => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

describe('card of a moment of the whole audience', () => {
  it('says what it is, when, how far it rose and what was said', () => {
    const html = card();
    expect(html).toContain('data-detector="surge"');
    const text = textOf(html);
    for (const part of ['Hype', 'happening now', '🔥', 'PogChamp', '14.2 /s, usually 4.1', 'wow'])
      expect(text).toContain(part);
    expect(text).toMatch(/\d\d:00:05–\d\d:00:38/);
    expect(textOf(card({ final: true }))).toContain('over');
  });

  it('shows what users wrote as text', () => {
    const html = card();
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('says first what else may have caused it, and has a face and words where nothing was said', () => {
    const reasons = { ...surge.reasons!, flags: ['raid' as const, 'poll' as const], samples: [], reactions: [] }; // set above
    const html = card({ reasons });
    expect(textOf(html)).toContain('perhaps a raid');
    expect(textOf(html)).toContain('44 people wrote 61 messages');
    expect(html).toContain('aria-label="Surge"');
    expect(textOf(card({ reasons: { ...reasons, messages: 0 } }))).toContain('30 reactions');
  });

  it('of one emote stays as it was', () => {
    const { range: _range, reasons: _reasons, score: _score, ...rest } = surge;
    const html = renderToStaticMarkup(
      <MomentCard
        moment={{ ...rest, detector: 'ratio', display: '🔥', emote: 'unicode:1f525', ratio: 0.42 }}
        index={0}
      />,
    );
    const text = textOf(html);
    for (const part of ['42%', '90 of 400 reactions', 'happening now']) expect(text).toContain(part);
  });
});
