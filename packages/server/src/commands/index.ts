import type { Command } from './command.ts';
import { processIo } from './process-io.ts';

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Every command of `ovation`; a new one is its file and a line here. Only the one that runs is loaded. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'serve',
    summary: 'run the platform: page, API, sockets, analyzer, demo audience',
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  {
    name: 'analyze',
    summary: 'find the moments of chat logs and print them',
    load: async () => (await import('./analyze.ts')).analyzeCommand,
  },
  {
    name: 'evaluate',
    summary: 'measure a detector on labelled chats',
    load: async () => (await import('./evaluate.ts')).evaluateCommand,
  },
  {
    name: 'simulate',
    summary: 'write the labelled chat of an invented audience',
    load: async () => (await import('./simulate.ts')).simulateCommand,
  },
  {
    name: 'replay',
    summary: 'play a chat log into the running server as if it were live',
    load: async () => (await import('./replay.ts')).replayCommand,
  },
  {
    name: 'sql',
    summary: 'read the database of the running server, or of a data folder at rest',
    load: async () => (await import('./sql.ts')).sqlCommand,
  },
  {
    name: 'log',
    summary: 'read a topic of the event log',
    load: async () => (await import('./log.ts')).logCommand,
  },
  {
    name: 'dead-letters',
    summary: 'list records that were set aside, and replay them',
    load: async () => (await import('./dead-letters.ts')).deadLettersCommand,
  },
  {
    name: 'rebuild',
    summary: 'make moments and windows again from the event log',
    load: async () => (await import('./rebuild.ts')).rebuildCommand,
  },
  {
    name: 'config',
    summary: 'print the configuration in force; secrets are not shown',
    load: async () => (await import('./config.ts')).configCommand,
  },
];

/** Runs one command line; answers its exit code: 0 fine, 1 it failed, 2 wrong usage. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const io = processIo();
  const [name = 'help', ...args] = argv;
  const entry = commands.find((command) => command.name === name);
  if (!entry) {
    const isHelp = ['help', '--help', '-h'].includes(name);
    (isHelp ? io.stdout : io.stderr).write(isHelp ? helpText() : `There is no command "${name}".\n\n${helpText()}`);
    return isHelp ? 0 : 2;
  }
  const command = await entry.load();
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(`${command.usage}\n`);
    return 0;
  }
  return command.run(args, io);
}

function helpText(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: ovation <command> [options]\n\n${lines.join('\n')}\n\n"ovation <command> --help" says more.\n`;
}
