/**
 * Messages per second of processor time through activity and surge on one core, and what the memory does meanwhile; bar 200,000/s. The
 * messages are parsed beforehand: what is measured is the replay of a log, not the reading of its format.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type AudienceMessage, createSurge, MessageActivity } from '@ovation/moments';
import { findLabels, readChat } from '../packages/server/src/commands/evaluate/labelled-chats.ts';
import { eventFreeChat } from '../packages/moments/test/event-free-chat.ts';
import { labelledFolder } from './labelled-seconds.ts';
import { median, printMachine } from './machine.ts';

const BAR = 200_000;
const REPEATS = 3;
/** a log of this many messages, however short the chat at hand */
const MESSAGES = 2_000_000;

setFlagsFromString('--expose-gc');
// What is left after a collection: the heap in between says how lazy the collector is.
const collect = runInNewContext('gc') as () => void;

printMachine([]);
const folder = labelledFolder(process.argv[2]);
const real = folder === undefined ? [] : await readReal(folder);
const chats: [string, AudienceMessage[]][] = [
  [
    'busy generated chat, 20 messages/s',
    [...eventFreeChat({ viewers: 5_000, seconds: 7_200, seed: 1, dispersion: 1.3 })],
  ],
];
if (real.length > 0) chats.unshift(['real chats one after the other', real]);
for (const [name, messages] of chats) {
  const rates: number[] = [];
  for (let repeat = 1; repeat <= REPEATS; repeat += 1) rates.push(replay(messages));
  const middle = median(rates);
  console.log(`${name}: ${rates.map((rate) => Math.round(rate / 1_000)).join(', ')} thousand messages/s`);
  console.log(`  median ${Math.round(middle)}/s, bar ${BAR}/s: ${middle >= BAR ? 'holds' : 'DOES NOT HOLD'}`);
  if (middle < BAR) process.exitCode = 1;
}

function replay(messages: readonly AudienceMessage[]): number {
  const activity = new MessageActivity();
  const surge = createSurge({ mode: 'afterwards' });
  const length = Math.ceil(messages.at(-1)?.at ?? 0) + 1;
  const heap: number[] = [];
  let moments = 0;
  let count = 0;
  let paused = 0;
  const startedAt = process.cpuUsage();
  for (let round = 0; count < MESSAGES; round += 1) {
    const shift = round * length;
    for (const message of messages) {
      const second = activity.add(shift === 0 ? message : { ...message, at: message.at + shift });
      if (second) moments += surge.add(second).length;
    }
    count += messages.length;
    const pausedAt = cpuMs(startedAt);
    collect();
    heap.push(process.memoryUsage().heapUsed);
    paused += cpuMs(startedAt) - pausedAt;
  }
  const rate = (1_000 * count) / (cpuMs(startedAt) - paused);
  const [first = 0, last = 0] = [heap[0], heap.at(-1)];
  const mega = (bytes: number) => `${Math.round(bytes / 1_000_000)} MB`;
  const hours = Math.round((length * heap.length) / 3_600);
  console.log(
    `  ${count} messages, ${hours} h, ${moments} moments; heap ${mega(first)} at first, ${mega(last)} at last`,
  );
  return rate;
}

/** Processor time since then: the machine may be shared. */
function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
}

async function readReal(from: string): Promise<AudienceMessage[]> {
  const all: AudienceMessage[] = [];
  let shift = 0;
  for (const { folder: inner, labels } of await findLabels(from)) {
    for (const video of labels.videos) {
      for await (const message of readChat(inner, video, AbortSignal.timeout(600_000))) {
        all.push({ ...message, at: message.at + shift });
      }
      shift += Math.ceil(video.duration);
    }
  }
  return all;
}
