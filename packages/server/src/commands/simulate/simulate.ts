import { calmRate } from '../../modules/simulation/index.ts';
import type { CommandIo } from '../command-io.ts';
import { defineCommand } from '../define-command.ts';
import { ProgressLine } from '../terminal/progress.ts';
import { counted, percent, printable } from '../terminal/text.ts';
import { type SimulateOrder, simulateOptions, simulateOrder } from './audience-options.ts';
import { type WrittenAudience, writeAudience } from './write-audience.ts';

/** Above this many messages, progress is also told where stderr is no terminal. */
const LONG_WORK_MESSAGES = 2_000_000;

export const simulateCommand = defineCommand({
  name: 'simulate',
  about:
    'Writes the chat of an invented audience and its labels: what a detector should find, and floods that it should not. The same seed writes the same files. "ovation evaluate FOLDER" measures a detector on them.',
  options: simulateOptions,
  async run({ options }, io) {
    io.stdout.write(said(await write(simulateOrder(options), io)));
    return 'fine';
  },
});

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
