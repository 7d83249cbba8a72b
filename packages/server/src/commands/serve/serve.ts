import { aloneSentence, compose, type Running } from '../../compose/compose.ts';
import type { Config } from '../../config/config.ts';
import type { CommandIo } from '../command-io.ts';
import { text } from '../command-options.ts';
import { defineCommand } from '../define-command.ts';
import type { Outcome } from '../exit-codes.ts';
import { folderOption, readConfig } from '../read-config.ts';

const START_MS = 5_000;

export const serveCommand = defineCommand({
  name: 'serve',
  about:
    'Runs Ovation until Ctrl+C. Without --roles all of them run in this process. Everything else is configured by environment variables; "ovation config print" shows what is in force.',
  options: {
    roles: text('api,gateway,analyzer,worker,simulator', 'roles of this process, separated by commas'),
    port: text('N', 'port of the page, the API and the sockets; without it PORT, else 8080'),
    'data-dir': folderOption,
  },
  run: ({ options: { 'data-dir': dataDir, port, roles } }, io) => serve(readConfig({ roles, port, dataDir }), io),
});

async function serve(config: Config, io: CommandIo): Promise<Outcome> {
  let running: Running;
  try {
    const starting = compose(config, { isTerminal: process.stdout.isTTY });
    io.signal.addEventListener('abort', () => endUnlessStarted(starting, io), { once: true });
    running = await starting;
  } catch (error) {
    // Every failure at start has its own sentence; a stack would hide it.
    io.stderr.write(`Ovation did not start. ${error instanceof Error ? error.message : String(error)}\n`);
    return 'failed';
  }
  if (!io.signal.aborted) io.stderr.write(banner(running.url, config));
  await aborted(io.signal);
  await running[Symbol.asyncDispose]();
  return 'fine';
}

/**
 * Asked to stop while it starts, it starts first, for what is half open cannot be closed. Where that takes too long, for a
 * disk that does not answer, the signal ends the process: no client has been told yet that something is stored.
 */
function endUnlessStarted(starting: Promise<unknown>, io: CommandIo): void {
  io.stderr.write('Stopping…\n');
  const limit = setTimeout(() => {
    io.stderr.write('Ovation did not finish starting; it ends as it is.\n');
    process.kill(process.pid, io.signal.reason === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
  }, START_MS);
  const clear = () => clearTimeout(limit);
  void starting.then(clear, clear);
}

function banner(url: string, config: Config): string {
  const { dataDir, simulator, roles } = config;
  const alone = aloneSentence(config);
  const demo = roles.includes('simulator') && simulator !== 'off';
  return [
    '',
    '  Ovation is running.',
    '',
    ...(roles.includes('api') ? [`  Your channel    ${url}/`] : []),
    ...(demo ? [`  Demo audience   ${url}/?channel=demo`] : []),
    ...(roles.includes('gateway') ? [`  Classic socket  ${url.replace('http', 'ws')}/ws`] : []),
    `  Health          ${url}/health`,
    '',
    ...(alone === undefined ? [] : [`  ${alone}.`, '']),
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
