import { parseArgs } from 'node:util';
import type { Running } from '../compose/compose.ts';
import { compose } from '../compose/compose.ts';
import type { Config } from '../config/config.ts';
import { ConfigError, createConfig } from '../config/config.ts';
import { readEnvironment } from '../config/env.ts';
import type { Command, CommandIo } from './command.ts';

const usage = `Usage: ovation serve [--roles api,gateway,analyzer,worker,simulator] [--port N] [--data-dir FOLDER]

Runs Ovation until Ctrl+C. Without --roles all of them run in this process. Everything else is configured by
environment variables; "ovation config print" shows what is in force.`;

export const serveCommand: Command = { name: 'serve', summary: 'run the platform', usage, run: serve };

async function serve(args: readonly string[], io: CommandIo): Promise<number> {
  const config = readConfig(args, io);
  if (!config) return 2;
  let running: Running;
  try {
    running = await compose(config, { isTerminal: process.stdout.isTTY });
  } catch (error) {
    // Every way to fail at start has a sentence of its own; a stack would hide it.
    io.stderr.write(`Ovation did not start. ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  io.stderr.write(banner(running.url, config));
  await aborted(io.signal);
  io.stderr.write('Stopping…\n');
  await running[Symbol.asyncDispose]();
  return 0;
}

function readConfig(args: readonly string[], io: CommandIo): Config | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { roles: { type: 'string' }, port: { type: 'string' }, 'data-dir': { type: 'string' } },
    });
    return createConfig(readEnvironment(), { roles: values.roles, port: values.port, dataDir: values['data-dir'] });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    io.stderr.write(error instanceof ConfigError ? `${text}\n` : `${text}\n\n${usage}\n`);
    return undefined;
  }
}

function banner(url: string, { dataDir, simulator, roles }: Config): string {
  const demo = roles.includes('simulator') && simulator !== 'off';
  return [
    '',
    '  Ovation is running.',
    '',
    `  Your channel    ${url}/`,
    ...(demo ? [`  Demo audience   ${url}/?channel=demo`] : []),
    `  Classic socket  ${url.replace('http', 'ws')}/ws`,
    `  Health          ${url}/health`,
    '',
    `  Data is kept in ${dataDir}. Stop with Ctrl+C.`,
    '',
    '',
  ].join('\n');
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}
