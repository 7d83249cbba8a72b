/**
 * `npm run bench -- import-stall`: how long the main thread is kept from delivering while recordings are analyzed: the
 * delay of its event loop while nothing runs, while as many analyses as are allowed run in their threads, and, for
 * comparison, while one runs in the main thread.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { analyzeRecording, createRecordings } from '../packages/server/src/modules/recordings/index.ts';
import { logShapes } from './log-shapes.ts';
import { printMachine } from './machine.ts';

const MESSAGES = 60_000;
const IDLE_MS = 2_000;
const PIECE_BYTES = 65_536;

printMachine([]);
const shape = logShapes[0];
if (!shape) throw new Error('There is no shape');
const messages = Array.from({ length: MESSAGES }, (_, number) => shape.message(number));
const chatLog = Buffer.from(`${shape.begin}${messages.join(shape.between)}${shape.end}`);
const signal = new AbortController().signal;

await delayWhile('idle', () => sleep(IDLE_MS));
await delayWhile('one analysis in its thread', () => createRecordings().analyze(pieces(), signal, 'bench'));
await delayWhile('two analyses in their threads', () => {
  const recordings = createRecordings({ atOnce: 2 });
  return Promise.all([recordings.analyze(pieces(), signal, 'a'), recordings.analyze(pieces(), signal, 'b')]);
});
await delayWhile('one analysis in the main thread', () => analyzeRecording(pieces()));

async function delayWhile(name: string, work: () => Promise<unknown>): Promise<void> {
  using delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedAt = performance.now();
  await work();
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const ms = (nanoseconds: number) => (nanoseconds / 1e6).toFixed(1);
  console.log(
    `${name.padEnd(34)} ${seconds} s, event loop delay: median ${ms(delay.percentile(50))} ms, ` +
      `99 % ${ms(delay.percentile(99))} ms, worst ${ms(delay.max)} ms`,
  );
}

async function* pieces(): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < chatLog.length; at += PIECE_BYTES) {
    yield chatLog.subarray(at, at + PIECE_BYTES);
    // As pieces of a request come: each in a turn of its own.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
