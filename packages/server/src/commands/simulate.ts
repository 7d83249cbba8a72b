import { calmRate } from '../modules/simulation/index.ts';
import { type Command, type CommandIo, EXIT } from './command.ts';
import type { WrittenAudience } from './simulate-files.ts';
import { SimulateError, writeAudience } from './simulate-files.ts';
import type { SimulateOrder } from './simulate-order.ts';
import { readSimulateOrder } from './simulate-order.ts';
import { ProgressLine } from './terminal-progress.ts';
import { counted, percent, printable } from './terminal-text.ts';

const usage = `Usage: ovation simulate --audience N [--moments-per-hour M] [--seed S] [--hours H] [--floods on|off]
                        [--emotes twitch|emoji] [--force] --out FOLDER

Writes the chat of an invented audience and its labels: what a detector should find, and floods that it should not.
The same seed writes the same files. "ovation evaluate FOLDER" measures a detector on them.

  --audience N          viewers, 1 to 1,000,000
  --moments-per-hour M  planted moments an hour, 0 to 20 (8); every fourth is quiet
  --seed S              whole number (1)
  --hours H             length of the broadcast, 0.1 to 24 (1)
  --floods on|off       an hour has a raid, a giveaway, a poll, gifts, a spammer, copypasta and an ad break (on)
  --emotes twitch|emoji emote names of Twitch, or Unicode emoji (twitch)
  --out FOLDER          where labels.json and the .chat.jsonl.gz are written; made when it is missing
  --force               write over what is there`;

/** From here on a log that is no terminal hears of it too. */
const LONG_WORK_MESSAGES = 2_000_000;

export const simulateCommand: Command = {
  name: 'simulate',
  summary: 'write the labelled chat of an invented audience',
  usage,
  run: simulate,
};

async function simulate(args: readonly string[], io: CommandIo): Promise<number> {
  const order = readSimulateOrder(args);
  if (typeof order === 'string') {
    io.stderr.write(`${order}\n\n${usage}\n`);
    return EXIT.usage;
  }
  try {
    const written = await write(order, io);
    io.stdout.write(said(written));
    return EXIT.fine;
  } catch (error) {
    if (io.signal.aborted) return EXIT.stopped;
    if (!(error instanceof SimulateError)) throw error;
    io.stderr.write(`${printable(error.message)}\n`);
    return EXIT.failed;
  }
}

async function write(order: SimulateOrder, io: CommandIo): Promise<WrittenAudience> {
  const expected = calmRate(order.audience.viewers) * order.durationS;
  using progress = new ProgressLine(io, { inLogs: expected > LONG_WORK_MESSAGES });
  const onProgress = (second: number, messages: number) =>
    progress.show(`${percent(second / order.durationS)}  ${counted(messages, 'message')}`);
  return await writeAudience(order, { signal: io.signal, onProgress });
}

function said({ chatFile, labelsFile, messages, highlights, quiet, distractors }: WrittenAudience): string {
  const labels = `${counted(highlights, 'moment')} (${quiet} quiet), ${counted(distractors, 'flood')}`;
  return `${printable(chatFile)}  ${counted(messages, 'message')}\n${printable(labelsFile)}  ${labels}\n`;
}
