import type { ChannelSnapshot, Moment, ServerFrame } from '@ovation/protocol';

/** 2026-01-01T00:00:00Z, a whole second */
export const SERVER_START = 1_767_225_600_000;

export function welcome(subs: Extract<ServerFrame, { k: 'welcome' }>['subs'] = {}): ServerFrame {
  return {
    k: 'welcome',
    conn: 'c1',
    node: 'n1',
    ping: 25,
    now: SERVER_START,
    limits: { reactPerSecond: 5, reactBurst: 20 },
    subs,
  };
}

export function snapshot(changes: Partial<ChannelSnapshot> = {}): ChannelSnapshot {
  return {
    settings: { interval: 30, threshold: 0.3, allowedEmotes: ['🔥', '👍'], version: 0 },
    moments: [],
    emotes: [
      { k: 'unicode:1f525', d: '🔥' },
      { k: 'unicode:1f44d', d: '👍' },
    ],
    series: { from: SERVER_START / 1000 - 2, bins: [[[0, 3]], [[1, 2]]] },
    occ: 4,
    broadcast: null,
    ...changes,
  };
}

export function accepted(c: number, o: number, changes: Partial<ChannelSnapshot> = {}) {
  return { c, e: 'epoch', o, recovered: false as const, snap: snapshot(changes) };
}

export function moment(id: string, rev: number, changes: Partial<Moment> = {}): Moment {
  return {
    id,
    rev,
    channel: 'default',
    broadcastId: null,
    detector: 'ratio',
    emote: 'unicode:1f525',
    display: '🔥',
    windowStart: '2026-01-01T00:00:00.000Z',
    count: 10 * rev,
    total: 20 * rev,
    ratio: 0.5,
    final: false,
    holds: true,
    settingsVersion: 0,
    detectedAt: SERVER_START + rev,
    ...changes,
  };
}

export function momentEvent(c: number, o: number, value: Moment): ServerFrame {
  return { k: 'ev', c, o, t: SERVER_START, y: 'moment', d: value };
}
