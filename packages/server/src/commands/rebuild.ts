import { parseArgs } from 'node:util';
import type { Config } from '../config/config.ts';
import { ConfigError, createConfig } from '../config/config.ts';
import { readEnvironment } from '../config/env.ts';
import type { RebuildReport } from '../compose/rebuild.ts';
import { rebuild } from '../compose/rebuild.ts';
import type { Command, CommandIo } from './command.ts';
import { ProgressLine } from './terminal-progress.ts';

const usage = `Usage: ovation rebuild --from 0 [--data-dir FOLDER]

Wipes moments, windows and late counts of a data folder at rest and makes them again from its event log; prints a hash of
them before and after. Settings, channels, broadcasts and what viewers were shown (feeds) stay as they are. Where retention
has removed the first records, older windows stay too, and it says from where it rebuilt. Stop the server first.`;

export const rebuildCommand: Command = {
  name: 'rebuild',
  summary: 'make moments and windows again from the event log',
  usage,
  async run(args, io) {
    const config = readConfig(args, io);
    if (!config) return 2;
    using progress = new ProgressLine(io, { inLogs: true });
    try {
      const onProgress = (read: number, all: number) => progress.show(`${read} of ${all} records`);
      const report = await rebuild({ config, signal: io.signal, onProgress });
      progress[Symbol.dispose]();
      io.stdout.write(textOf(report));
      return report.before === report.after || report.firstWindow !== undefined ? 0 : 1;
    } catch (error) {
      progress[Symbol.dispose]();
      if (io.signal.aborted) {
        io.stderr.write('Stopped. The next start of the server, or this command again, makes the rest.\n');
        return 130;
      }
      io.stderr.write(`The rebuild failed. ${error instanceof Error ? error.message : String(error)}\n`);
      return 1;
    }
  },
};

function readConfig(args: readonly string[], io: CommandIo): Config | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { from: { type: 'string' }, 'data-dir': { type: 'string' } },
    });
    if (values.from !== '0') throw new Error('Only --from 0 can be exact: a later start does not know what was open.');
    return createConfig(readEnvironment(), { dataDir: values['data-dir'] });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    io.stderr.write(error instanceof ConfigError ? `${text}\n` : `${text}\n\n${usage}\n`);
    return undefined;
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
