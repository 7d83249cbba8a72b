import { z } from 'zod';
import { rebuild, type RebuildReport } from '../../compose/rebuild.ts';
import type { Config } from '../../config/config.ts';
import type { CommandIo } from '../command-io.ts';
import { defineCommand } from '../define-command.ts';
import type { Outcome } from '../exit-codes.ts';
import { folderOption, readConfig } from '../read-config.ts';
import { ProgressLine } from '../terminal/progress.ts';

export const rebuildCommand = defineCommand({
  name: 'rebuild',
  about:
    'Wipes moments, windows and late counts of a data folder at rest and makes them again from its event log; prints a hash of them before and after. Settings, channels, broadcasts and what viewers were shown (feeds) stay as they are. Where retention has removed the first records, older windows stay too, and it says from where it rebuilt. Stop the server first.',
  options: {
    from: {
      type: z.literal('0', 'Only --from 0 can be exact: a later start does not know what was open.'),
      value: '0',
      about: 'offset to begin at: the beginning of the event log',
    },
    'data-dir': folderOption,
  },
  run: ({ options }, io) => run(readConfig({ dataDir: options['data-dir'] }), io),
});

async function run(config: Config, io: CommandIo): Promise<Outcome> {
  using progress = new ProgressLine(io, { inLogs: true });
  try {
    const onProgress = (read: number, all: number) => progress.show(`${read} of ${all} records`);
    const report = await rebuild({ config, signal: io.signal, onProgress });
    progress[Symbol.dispose]();
    io.stdout.write(textOf(report));
    return report.before === report.after || report.firstWindow !== undefined ? 'fine' : 'failed';
  } catch (error) {
    progress[Symbol.dispose]();
    if (io.signal.aborted) {
      io.stderr.write('Stopped. The next start of the server, or this command again, makes the rest.\n');
      return 'stopped';
    }
    io.stderr.write(`The rebuild failed. ${error instanceof Error ? error.message : String(error)}\n`);
    return 'failed';
  }
}

function textOf({ after, before, firstWindow, records }: RebuildReport): string {
  const lines = [`${records} records`, `before  ${before}`, `after   ${after}`];
  if (firstWindow !== undefined) {
    lines.push(
      `Retention has removed the log's beginning: rebuilt from ${new Date(firstWindow).toISOString()} on, older windows are as they were.`,
    );
  }
  lines.push(before === after ? 'Equal.' : 'Not equal.');
  return `${lines.join('\n')}\n`;
}
