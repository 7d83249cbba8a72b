import { PartitionEngine } from '@ovation/moments';
import { emoteKey, type Moment } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { createMessages } from '../chat-activity/index.ts';
import { createAudience } from './audience-model.ts';
import type { Planned } from './plan-broadcast.ts';
import { heard, playedAudience } from './play-audience.ts';

const START = Date.UTC(2026, 0, 1);
const HOUR_S = 3_600;

/** What is planned and what `surge` confirms in an hour of OVATION_SIMULATOR=<viewers>, chat on its way through the module. */
function hourOf(viewers: number, seed: number): { planned: Planned[]; found: Moment[] } {
  const clock = createManualClock(START);
  const engine = new PartitionEngine({ detectors: [] });
  const planned: Planned[] = [];
  const found: Moment[] = [];
  let offset = 0;
  const digest = (atMs: number, activity: object) => {
    const demo = { e: {}, r: 0, m: 0, a: 0, f: {}, ...activity };
    const record = { k: 'd' as const, src: 'g', seq: offset, t: atMs, ch: { demo } };
    engine.apply({ offset: offset++, appendedAt: clock.now(), record });
  };
  const messages = createMessages({
    clock,
    reactions: { append: () => Promise.resolve(), addActivity: (_channel, atMs, activity) => digest(atMs, activity) },
  });
  for (const { begins, messages: said, reactions, second } of createAudience(playedAudience(viewers, seed))) {
    if (second >= HOUR_S) return { planned, found };
    const t = START + 1_000 * second;
    clock.advance(t + 100 - clock.now());
    planned.push(...begins);
    const e = Object.fromEntries(reactions.map(({ emote, n }) => [emoteKey(emote) ?? '', n]));
    digest(t, { e, r: reactions.reduce((sum, { n }) => sum + n, 0) });
    messages.count(
      'demo',
      said.map((message) => heard(message, t / 1_000)),
    );
    found.push(...engine.takeOutput().moments.filter(({ final }) => final));
  }
  return { planned, found };
}

const secondOf = (instant = '') => (Date.parse(instant) - START) / 1_000;
/** Reactions come after what they are about. */
const belongs = ({ range }: Moment, { end, start }: Planned) =>
  secondOf(range?.start) <= end + 40 && secondOf(range?.end) >= start;

describe('surge over the audience of OVATION_SIMULATOR=<N>', () => {
  it.each([
    [500, 1],
    [3_000, 2],
  ])('finds its loud moments and nothing where nothing happens (%i viewers, seed %i)', (viewers, seed) => {
    const { found, planned } = hourOf(viewers, seed);
    const loud = planned.filter((one) => one.type === 'moment' && !one.isQuiet);
    expect(loud.length).toBe(9);
    expect(loud.filter((one) => found.some((moment) => belongs(moment, one))).length).toBeGreaterThanOrEqual(8);
    expect(found.filter((moment) => !planned.some((one) => belongs(moment, one))).length).toBeLessThanOrEqual(1);
    const ofRaid = found.filter((moment) => planned.some((one) => one.kind === 'raid' && belongs(moment, one)));
    expect(ofRaid.length).toBeGreaterThan(0);
    for (const { reasons } of ofRaid) expect(reasons?.flags).toContain('raid');
    for (const { reasons } of found) expect(reasons?.messages).toBeGreaterThan(0);
  });
});
