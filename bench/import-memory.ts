// `npm run bench -- import-memory [--megabytes 1024] [--format NAME]`: the memory that an import of a large file takes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { keepYoungSpaceSmall } from '../packages/server/src/commands/chat-log/keep-young-space-small.ts';
import { chatsIn } from '../packages/server/src/modules/recordings/index.ts';
import { type LogShape, logShapes } from './log-shapes.ts';
import { printMachine } from './machine.ts';

const RSS_MAX_MB = 300;
const SAMPLE_EVERY_MS = 100;
const BLOCK_LENGTH = 262_144;

const { values } = parseArgs({
  options: { megabytes: { type: 'string' }, format: { type: 'string' }, child: { type: 'string' } },
});

if (values.child === undefined) await measureAll();
else await importInChild(values.child);

async function measureAll(): Promise<void> {
  const megabytes = Number(values.megabytes ?? 1024);
  const wanted = logShapes.filter(({ name }) => values.format === undefined || name === values.format);
  if (!(megabytes > 0) || wanted.length === 0) {
    console.error(`--megabytes is a number, --format one of ${logShapes.map(({ name }) => name).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  printMachine(['emoji-regex']);
  const folder = fileURLToPath(new URL('../.cache/bench/import-memory/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  try {
    for (const shape of wanted) await measure(shape, `${folder}${shape.name}.log`, megabytes);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(shape: LogShape, file: string, megabytes: number): Promise<void> {
  const written = await write(shape, file, megabytes * 1_048_576);
  const size = (statSync(file).size / 1_048_576).toFixed(0);
  const { peakMb, samples, messages, seconds, format } = await importWatched(file);
  rmSync(file);
  const isRight = messages === written && format === shape.name && peakMb <= RSS_MAX_MB;
  const rate = Math.round(messages / seconds).toLocaleString('en-US');
  console.log(
    `${shape.name.padEnd(22)} ${size} MB, ${messages.toLocaleString('en-US')} of ${written.toLocaleString('en-US')} messages in ` +
      `${seconds.toFixed(1)} s (${rate}/s), RSS at most ${peakMb.toFixed(0)} MB in ${samples} samples, ` +
      `bar ${RSS_MAX_MB} MB: ${isRight ? 'holds' : 'DOES NOT HOLD'}`,
  );
  if (!isRight) process.exitCode = 1;
}

/** @returns how many messages were written */
async function write(shape: LogShape, file: string, length: number): Promise<number> {
  const out = createWriteStream(file);
  let number = 0;
  let written = 0;
  let block = shape.begin;
  while (written < length) {
    while (block.length < BLOCK_LENGTH) {
      block += `${number === 0 ? '' : shape.between}${shape.message(number)}`;
      number += 1;
    }
    written += Buffer.byteLength(block);
    if (!out.write(block)) await once(out, 'drain');
    block = '';
  }
  out.end(block + shape.end);
  await once(out, 'close');
  return number;
}

interface Watched {
  readonly peakMb: number;
  readonly samples: number;
  readonly messages: number;
  readonly seconds: number;
  readonly format: string;
}

async function importWatched(file: string): Promise<Watched> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '--child', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peakMb = 0;
  let samples = 0;
  const sampling = setInterval(() => {
    const rss = rssMb(child.pid ?? 0);
    if (rss === undefined) return;
    peakMb = Math.max(peakMb, rss);
    samples += 1;
  }, SAMPLE_EVERY_MS);
  let answer = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(sampling);
  if (code !== 0) throw new Error(`the import ended with exit code ${code}`);
  // Written by importInChild below.
  return { peakMb, samples, ...(JSON.parse(answer) as Omit<Watched, 'peakMb' | 'samples'>) };
}

/** Resident memory of a process; undefined when it has ended. */
function rssMb(pid: number): number | undefined {
  try {
    const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kibibytes === undefined ? undefined : Number(kibibytes) / 1_024;
  } catch {
    return undefined;
  }
}

/** As `ovation analyze` does: the embedded list of emotes first, then the messages. */
async function importInChild(file: string): Promise<void> {
  const startedAt = performance.now();
  keepYoungSpaceSmall();
  const given = { name: file, path: file, bytes: createReadStream(file) };
  let messages = 0;
  let format = '';
  for await (const { chat } of chatsIn([given], { withEmbeddedEmotes: true })) {
    for await (const { offsetMs } of chat) if (offsetMs >= 0) messages += 1;
    format = chat.report.format;
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  process.stdout.write(JSON.stringify({ messages, seconds, format }));
}
