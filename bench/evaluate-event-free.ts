/** False alarms of `surge` in audiences to which nothing happens: 20 seeds of an hour; bar 1 moment in the worst. */
import { MessageActivity } from '@ovation/moments';
import type { SecondActivity } from '@ovation/moments';
import { eventFreeChat } from '../packages/moments/test/event-free-chat.ts';
import { surgeOver } from './labelled-seconds.ts';

const SEEDS = 20;
const BAR = 1;

for (const dispersion of [1, 1.3]) {
  for (const viewers of [50, 500, 5_000]) {
    const counts = { afterwards: [] as number[], live: [] as number[] };
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const seconds = secondsOf(viewers, seed, dispersion);
      for (const mode of ['afterwards', 'live'] as const) counts[mode].push(surgeOver(seconds, { mode }).length);
    }
    for (const mode of ['afterwards', 'live'] as const) {
      const worst = Math.max(...counts[mode]);
      const sum = counts[mode].reduce((total, count) => total + count, 0);
      const law = dispersion === 1 ? 'Poisson' : `variance ${dispersion} x mean`;
      const verdict = worst <= BAR ? 'holds' : 'DOES NOT HOLD';
      console.log(`${viewers} viewers, ${law}, ${mode}: worst of ${SEEDS} hours ${worst}, all ${sum}; ${verdict}`);
      // The bar is set for the plain audience; the burstier one is told beside it.
      if (worst > BAR && dispersion === 1) process.exitCode = 1;
    }
  }
}

function secondsOf(viewers: number, seed: number, dispersion: number): SecondActivity[] {
  const activity = new MessageActivity();
  const seconds: (SecondActivity | undefined)[] = [];
  for (const message of eventFreeChat({ viewers, seconds: 3_600, seed, dispersion }))
    seconds.push(activity.add(message));
  return [...seconds, activity.end()].filter((second) => second !== undefined);
}
