/**
 * Messages and reactions a second that the audience model makes on one core.
 *
 *     node bench/simulate.ts [--minutes 20]
 *
 * "chat" is what `ovation simulate` needs (without writing it), "live" what OVATION_SIMULATOR needs for a second of the
 * broadcast. There is no bar; it shows whether a simulation or what it feeds is the slow part.
 */
import { parseArgs } from 'node:util';
import { createAudience } from '../packages/server/src/modules/simulation/index.ts';
import { median, printMachine } from './machine.ts';

const REPEATS = 3;
const { values: options } = parseArgs({ options: { minutes: { type: 'string', default: '20' } } });
const seconds = Number(options.minutes) * 60;

printMachine();
for (const viewers of [500, 50_000, 1_000_000]) {
  for (const chat of [true, false]) {
    const rates: number[] = [];
    for (let repeat = 1; repeat <= REPEATS; repeat += 1) {
      const startedAt = process.cpuUsage();
      const messages = run(viewers, chat);
      const { user, system } = process.cpuUsage(startedAt);
      rates.push((chat ? messages : seconds) / ((user + system) / 1e6));
    }
    const each = rates.map((rate) => Math.round(rate).toLocaleString('en-US')).join(', ');
    const middle = Math.round(median(rates)).toLocaleString('en-US');
    const what = chat ? 'chat: messages' : 'live: seconds of broadcast';
    console.log(`${viewers} viewers, ${what} per second of processor time: ${each}; median ${middle}`);
  }
}
const rssMb = Math.round(process.memoryUsage().rss / 1024 ** 2);
console.log(`RSS at the end ${rssMb} MB`);

/** @returns how many messages there were */
function run(viewers: number, chat: boolean): number {
  let count = 0;
  for (const { second, messages } of createAudience({ viewers, momentsPerHour: 8, seed: 1, floods: true, chat })) {
    if (second >= seconds) break;
    count += messages.length;
  }
  return count;
}
