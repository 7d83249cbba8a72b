import type { Command } from './define-command.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { processIo } from './process-io.ts';

interface CommandEntry {
  readonly name: string;
  /** one line for the list of commands */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Every command of `ovation`: a new one is a folder and an entry here. Only the one that runs is loaded. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'serve',
    summary: 'run the platform: page, API, sockets, analyzer, demo audience',
    load: async () => (await import('./serve/serve.ts')).serveCommand,
  },
  {
    name: 'analyze',
    summary: 'find the moments of chat logs and print them',
    load: async () => (await import('./analyze/analyze.ts')).analyzeCommand,
  },
  {
    name: 'convert',
    summary: 'write any chat log as one line a message: JSON, CSV or text',
    load: async () => (await import('./convert/convert.ts')).convertCommand,
  },
  {
    name: 'evaluate',
    summary: 'measure a detector on labelled chats',
    load: async () => (await import('./evaluate/evaluate.ts')).evaluateCommand,
  },
  {
    name: 'simulate',
    summary: 'write the labelled chat of an invented audience',
    load: async () => (await import('./simulate/simulate.ts')).simulateCommand,
  },
  {
    name: 'replay',
    summary: 'play a chat log into the running server as if it were live',
    load: async () => (await import('./replay/replay.ts')).replayCommand,
  },
  {
    name: 'sql',
    summary: 'read the database of the running server, or of a data folder at rest',
    load: async () => (await import('./sql/sql.ts')).sqlCommand,
  },
  {
    name: 'log',
    summary: 'read a topic of the event log',
    load: async () => (await import('./log/log.ts')).logCommand,
  },
  {
    name: 'dead-letters',
    summary: 'list records that were set aside, and replay them',
    load: async () => (await import('./dead-letters/dead-letters.ts')).deadLettersCommand,
  },
  {
    name: 'channels',
    summary: 'list channels; create, archive, restore or delete one',
    load: async () => (await import('./channels/channels.ts')).channelsCommand,
  },
  {
    name: 'rebuild',
    summary: 'make moments and windows again from the event log',
    load: async () => (await import('./rebuild/rebuild.ts')).rebuildCommand,
  },
  {
    name: 'doctor',
    summary: 'check what the configuration names: folder, port, Kafka, Redis, PostgreSQL',
    load: async () => (await import('./doctor/doctor.ts')).doctorCommand,
  },
  {
    name: 'config',
    summary: 'print the configuration in force; secrets are not shown',
    load: async () => (await import('./config/config.ts')).configCommand,
  },
];

/** Runs one command line; answers its exit code. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const io = processIo();
  const [name = 'help', ...args] = argv;
  const entry = commands.find((command) => command.name === name);
  if (entry) return (await entry.load()).run(args, io);
  const isHelp = ['help', '--help', '-h'].includes(name);
  (isHelp ? io.stdout : io.stderr).write(isHelp ? helpText() : `There is no command "${name}".\n\n${helpText()}`);
  return isHelp ? EXIT_CODES.fine : EXIT_CODES.usage;
}

function helpText(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: ovation <command> [options]\n\n${lines.join('\n')}\n\n"ovation <command> --help" says more.\n`;
}
