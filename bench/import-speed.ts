/**
 * `npm run bench -- import-speed`: messages per second of processor time for each heavy format, import alone and the
 * whole replay (import, activity, surge), from invented logs and from the real files beside the repository. The bar of
 * 200,000/s is for the whole replay on one core. A real chat of one message a second costs the detector more for each
 * message than a busy one: its work goes by the second.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type ChatMessage, importChat } from '@ovation/formats';
import { MessageActivity, createSurge } from '@ovation/moments';
import { type LogShape, logShapes } from './log-shapes.ts';
import { median, printMachine } from './machine.ts';

const BAR = 200_000;
const REPEATS = 3;
const MESSAGES = 200_000;
const PIECE_BYTES = 65_536;
/** Of the shared data: as rebuilt from real chats, in the layouts of the tools. */
const REAL_FOLDERS = [
  'twitchdownloader-json',
  'twitch-vod-comments-v5-pages',
  'youtube-live-chat-jsonl',
  'chat-downloader-json',
];

printMachine(['emoji-regex']);
for (const shape of logShapes) await measure(`${shape.name}, invented, 100 messages/s`, [logOf(shape)]);
const data = path.resolve(import.meta.dirname, '../../shared/data/chat/formats');
if (!existsSync(data)) console.log('skipped: the real files are not beside the repository');
else for (const folder of REAL_FOLDERS) await measure(`${folder}, real`, readFolder(path.join(data, folder)));

async function measure(name: string, files: readonly Buffer[]): Promise<void> {
  const imports: number[] = [];
  const replays: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    imports.push(await rateOf(files, () => () => {}));
    replays.push(await rateOf(files, replayer));
  }
  const [alone, whole] = [median(imports), median(replays)].map((rate) => Math.round(rate));
  const verdict = (whole ?? 0) >= BAR ? 'holds' : 'DOES NOT HOLD';
  console.log(`${name.padEnd(52)} import ${alone}/s, import + activity + surge ${whole}/s, bar ${BAR}/s: ${verdict}`);
  if (verdict !== 'holds') process.exitCode = 1;
}

/** Messages per second of processor time: the machine may be shared. */
async function rateOf(files: readonly Buffer[], open: () => (message: ChatMessage) => void): Promise<number> {
  let messages = 0;
  const startedAt = process.cpuUsage();
  while (messages < MESSAGES) {
    for (const file of files) {
      const take = open();
      for await (const batch of importChat(piecesOf(file)).batches()) {
        messages += batch.length;
        for (const message of batch) take(message);
      }
    }
  }
  const { user, system } = process.cpuUsage(startedAt);
  return (1_000_000 * messages) / (user + system);
}

function replayer(): (message: ChatMessage) => void {
  const activity = new MessageActivity();
  const surge = createSurge({ mode: 'afterwards' });
  return ({ author, emotes, offsetMs, text }) => {
    const second = activity.add({ at: offsetMs / 1_000, author, text, emotes: emotes.map(({ name }) => name) });
    if (second) surge.add(second);
  };
}

async function* piecesOf(file: Buffer): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < file.length; at += PIECE_BYTES) yield file.subarray(at, at + PIECE_BYTES);
}

function logOf(shape: LogShape): Buffer {
  const messages = Array.from({ length: MESSAGES / 4 }, (_, number) => shape.message(number));
  return Buffer.from(`${shape.begin}${messages.join(shape.between)}${shape.end}`);
}

function readFolder(folder: string): Buffer[] {
  return readdirSync(folder).map((file) => gunzipSync(readFileSync(path.join(folder, file))));
}
