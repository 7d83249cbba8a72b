import type { ChatImport, ChatMessage } from '@ovation/formats';
import { z } from 'zod';
import { CommandError } from '../command-errors.ts';
import type { CommandIo } from '../command-io.ts';
import { defineCommand } from '../define-command.ts';
import type { Outcome } from '../exit-codes.ts';
import { ChatLogError, chatLogErrorOf } from '../chat-log/chat-log-error.ts';
import { type OpenLog, openLogs, shownName } from '../chat-log/open-logs.ts';
import { reportFacts, reportHeading } from '../chat-log/report-facts.ts';
import { ProgressLine } from '../terminal/progress.ts';
import { counted, percent, printable } from '../terminal/text.ts';
import { type ConvertOptions, convertOptions } from './convert-options.ts';
import { lineForms } from './line-forms.ts';
import { type LineTarget, lineTarget } from './line-target.ts';

export const convertCommand = defineCommand({
  name: 'convert',
  about:
    'Writes any chat log that can be read as one line a message, in the order of the log, while it is read. FILE may be packed, an archive or a pipe, and - is standard input. What was said before the start has a negative time. The format, the clock and what was left out are told on standard error.',
  operands: { value: 'FILE...', type: z.array(z.string()).min(1, 'Name at least one file, or - for standard input.') },
  options: convertOptions,
  run: ({ operands, options }, io) => convert(operands, options, io),
});

async function convert(files: readonly string[], options: ConvertOptions, io: CommandIo): Promise<Outcome> {
  await using target = await lineTarget(options.out, io);
  const { header } = lineForms[options.to];
  if (header !== '' && !(await target.write(header))) return 'fine';
  const groups = options.join ? [files] : files.map((file) => [file]);
  let logs = 0;
  for (const group of groups) {
    const converted = await convertGroup(group, { options, target }, io);
    if (converted === 'no reader') return 'fine';
    logs += converted;
  }
  await target.finish();
  if (logs > 1)
    io.stderr.write(`${logs} logs, one after another, each with its own times; --join makes them one broadcast\n`);
  return 'fine';
}

/**
 * The logs of a file, or of files that are one broadcast.
 * @returns how many they are
 * @throws CommandError that names the log
 */
async function convertGroup(
  group: readonly string[],
  work: { readonly options: ConvertOptions; readonly target: LineTarget },
  io: CommandIo,
): Promise<number | 'no reader'> {
  const { join, start, unit } = work.options;
  const onLeftOut = (file: string, reason: string) => io.stderr.write(`${printable(file)}: left out: ${reason}\n`);
  const times = { ...(unit && { unit }), ...(start !== undefined && { start }) };
  let name = group.map(shownName).join(' + ');
  let logs = 0;
  try {
    for await (const log of openLogs(group, { ...times, join, withEmbeddedEmotes: true, onLeftOut }, io)) {
      logs += 1;
      name = log.name;
      if (!(await convertLog(log, work, io))) return 'no reader';
    }
  } catch (error) {
    io.signal.throwIfAborted();
    if (!(error instanceof ChatLogError)) throw error;
    throw new CommandError(`${name}: ${error.message}`, { cause: error });
  }
  return logs;
}

/** Writes the messages of one log, then its report. @returns false when the reader of the lines has gone */
async function convertLog(
  log: OpenLog,
  { options, target }: { readonly options: ConvertOptions; readonly target: LineTarget },
  io: CommandIo,
): Promise<boolean> {
  using progress = new ProgressLine(io, { inLogs: false });
  const { chat, name } = log;
  const { line } = lineForms[options.to];
  for await (const batch of batchesOf(chat)) {
    if (!(await target.write(batch.map(line).join('')))) return false;
    const share = log.share();
    const done = share === undefined ? counted(chat.report.messages, 'message') : percent(share);
    progress.show(`converting ${printable(name)}: ${done}`);
  }
  progress[Symbol.dispose]();
  const facts = reportFacts(chat.report).map((fact) => `  ${fact}\n`);
  io.stderr.write(`${reportHeading(name, chat.report)}\n${facts.join('')}`);
  return true;
}

/** What goes wrong here is the log's, and not that of the place where its lines go. */
async function* batchesOf(chat: ChatImport): AsyncGenerator<readonly ChatMessage[], void> {
  try {
    yield* chat.batches();
  } catch (error) {
    throw chatLogErrorOf(error);
  }
}
