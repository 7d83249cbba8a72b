/**
 * False alarms of `surge` in audiences to which nothing happens: 20 seeds of an hour; bar 1 moment in the worst. The
 * settings were chosen with seeds 1 to 60; `--first-seed N` names others than 101 to 120.
 */
import { parseArgs } from 'node:util';
import { type AudienceMessage, MessageActivity, type SecondActivity } from '@ovation/moments';
import { eventFreeChat } from '../packages/moments/test/event-free-chat.ts';
import { createAudience } from '../packages/server/src/modules/simulation/index.ts';
import { surgeOver } from './labelled-seconds.ts';

const SEEDS = 20;
const HOUR_S = 3_600;
const BAR = 1;

type Audience = (viewers: number, seed: number) => Iterable<AudienceMessage>;

const constant =
  (dispersion: number): Audience =>
  (viewers, seed) =>
    eventFreeChat({ viewers, seconds: HOUR_S, seed, dispersion });
const audiences: readonly [string, Audience][] = [
  ['constant rate, Poisson', constant(1)],
  ['constant rate, variance 1.3 x mean', constant(1.3)],
  ['drifting and bursty, as ovation simulate', simulated],
];

const { values } = parseArgs({ options: { 'first-seed': { type: 'string', default: '101' } } });
const first = Number(values['first-seed']);
for (const [name, audience] of audiences) {
  for (const viewers of [50, 500, 5_000]) {
    const counts = { afterwards: [] as number[], live: [] as number[] };
    for (let seed = first; seed < first + SEEDS; seed += 1) {
      const seconds = secondsOf(audience(viewers, seed));
      for (const mode of ['afterwards', 'live'] as const) counts[mode].push(surgeOver(seconds, { mode }).length);
    }
    for (const mode of ['afterwards', 'live'] as const) {
      const worst = Math.max(...counts[mode]);
      const sum = counts[mode].reduce((total, count) => total + count, 0);
      const verdict = worst <= BAR ? 'holds' : 'DOES NOT HOLD';
      console.log(`${name}, ${viewers} viewers, ${mode}: worst of ${SEEDS} hours ${worst}, all ${sum}; ${verdict}`);
      if (worst > BAR) process.exitCode = 1;
    }
  }
}

/** What `ovation simulate --moments-per-hour 0 --floods off` writes. */
function* simulated(viewers: number, seed: number): Generator<AudienceMessage> {
  for (const { second, messages } of createAudience({ viewers, momentsPerHour: 0, seed, floods: false })) {
    if (second >= HOUR_S) return;
    for (const { t, u, m, e, n, bot } of messages) {
      const notice = n !== undefined && { notice: 'other' as const };
      yield { at: t, author: u, text: m, ...(e && { emotes: e }), ...notice, isBot: bot === 1 };
    }
  }
}

function secondsOf(messages: Iterable<AudienceMessage>): SecondActivity[] {
  const activity = new MessageActivity();
  const seconds: (SecondActivity | undefined)[] = [];
  for (const message of messages) seconds.push(activity.add(message));
  return [...seconds, activity.end()].filter((second) => second !== undefined);
}
