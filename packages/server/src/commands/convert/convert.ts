import { type ChatImport, type ChatMessage, type ImportOptions, importChat } from '@ovation/formats';
import { z } from 'zod';
import { gunzipByNode } from '../../modules/recordings/index.ts';
import { CommandError } from '../command-errors.ts';
import type { CommandIo } from '../command-io.ts';
import { defineCommand } from '../define-command.ts';
import type { Outcome } from '../exit-codes.ts';
import { keepYoungSpaceSmall } from '../chat-log/keep-young-space-small.ts';
import { emotesFor } from '../chat-log/listed-emotes.ts';
import { type OpenLog, openLog, shownName } from '../chat-log/open-log.ts';
import { ChatLogError, chatLogErrorOf } from '../chat-log/read-chat-log.ts';
import { reportFacts, reportHeading } from '../chat-log/report-facts.ts';
import { ProgressLine } from '../terminal/progress.ts';
import { counted, percent, printable } from '../terminal/text.ts';
import { type ConvertOptions, convertOptions } from './convert-options.ts';
import { lineForms } from './line-forms.ts';
import { type LineTarget, lineTarget } from './line-target.ts';

export const convertCommand = defineCommand({
  name: 'convert',
  about:
    'Writes any chat log that can be read as one line a message, in the order of the log, while it is read. FILE may be a pipe, and - is standard input. What was said before the start has a negative time. The format, the clock and what was left out are told on standard error.',
  operands: { value: 'FILE...', type: z.array(z.string()).min(1, 'Name at least one file, or - for standard input.') },
  options: convertOptions,
  run: ({ operands, options }, io) => convert(operands, options, io),
});

async function convert(files: readonly string[], options: ConvertOptions, io: CommandIo): Promise<Outcome> {
  keepYoungSpaceSmall();
  await using target = await lineTarget(options.out, io);
  const { header } = lineForms[options.to];
  if (header !== '' && !(await target.write(header))) return 'fine';
  for (const file of files) {
    try {
      if (!(await convertFile(file, { options, target }, io))) return 'fine';
    } catch (error) {
      io.signal.throwIfAborted();
      if (!(error instanceof ChatLogError)) throw error;
      throw new CommandError(`${shownName(file)}: ${error.message}`, { cause: error });
    }
  }
  await target.finish();
  return 'fine';
}

/**
 * Writes the messages of one log, then its report.
 * @returns false when the reader of the lines has gone
 * @throws ChatLogError
 */
async function convertFile(
  file: string,
  { options, target }: { options: ConvertOptions; target: LineTarget },
  io: CommandIo,
): Promise<boolean> {
  const log = await openLog(file, io).catch((error: unknown) => {
    throw chatLogErrorOf(error);
  });
  using progress = new ProgressLine(io, { inLogs: false });
  const chat = importChat(log.bytes, await importOptions(log, options, io));
  const { line } = lineForms[options.to];
  for await (const batch of batchesOf(chat)) {
    if (!(await target.write(batch.map(line).join('')))) return false;
    const share = log.share();
    const done = share === undefined ? counted(chat.report.messages, 'message') : percent(share);
    progress.show(`converting ${printable(log.name)}: ${done}`);
  }
  progress[Symbol.dispose]();
  const facts = reportFacts(chat.report).map((fact) => `  ${fact}\n`);
  io.stderr.write(`${reportHeading(log.name, chat.report)}\n${facts.join('')}`);
  return true;
}

async function* batchesOf(chat: ChatImport): AsyncGenerator<readonly ChatMessage[], void> {
  try {
    yield* chat.batches();
  } catch (error) {
    throw chatLogErrorOf(error);
  }
}

async function importOptions(
  log: OpenLog,
  { unit, start }: Pick<ConvertOptions, 'unit' | 'start'>,
  { signal }: CommandIo,
): Promise<ImportOptions> {
  // A pipe cannot be read twice, and embedded emotes stand behind the comments.
  const emotes = log.isRegular ? await emotesFor(log.name, [], signal) : new Map();
  const times = { ...(unit !== undefined && { unit }), ...(start !== undefined && { start }) };
  return { ...times, emotes, gunzip: gunzipByNode };
}
