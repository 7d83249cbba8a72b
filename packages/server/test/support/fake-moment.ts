import type { Moment } from '@ovation/protocol';

export function fakeMoment(change: Partial<Moment> = {}): Moment {
  return {
    id: 'm1',
    rev: 1,
    channel: 'default',
    broadcastId: null,
    detector: 'ratio',
    emote: 'unicode:1f525',
    display: '🔥',
    windowStart: '2026-01-01T00:00:00.000Z',
    count: 4,
    total: 5,
    ratio: 0.8,
    final: false,
    holds: true,
    settingsVersion: 0,
    detectedAt: 0,
    ...change,
  };
}
