import pino from 'pino';
import { LogFile } from './log-file.ts';
import { requestContext } from './request-context.ts';

export type Logger = pino.Logger;

export interface LogOptions {
  /** DEBUG=true turns debug lines on (S0-36). */
  readonly debug: boolean;
  /** `app.log` beside the data (S2-32); none for commands that only read. */
  readonly file?: string;
  /** of the file and its older ones together */
  readonly megabytes?: number;
  /** Lines to standard output; off on a terminal, where the banner speaks to a person. */
  readonly console: boolean;
}

/** JSON lines with `timestamp` (ISO), `level` as a word and `message`. */
export function createLogger(options: LogOptions): Logger {
  const level = options.debug ? 'debug' : 'info';
  const streams: pino.StreamEntry[] = [];
  if (options.console) streams.push({ level, stream: standardOutput() });
  if (options.file) streams.push({ level, stream: new LogFile(options.file, options) });
  return pino(
    {
      level,
      messageKey: 'message',
      base: null,
      mixin: () => requestContext.getStore() ?? {},
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.multistream(streams),
  );
}

/** The reader of the stream may be gone, or its disk full: neither may end the process. */
function standardOutput(): NodeJS.WriteStream {
  if (process.stdout.listenerCount('error') === 0) process.stdout.on('error', () => {});
  return process.stdout;
}

/** For tests and commands that print their own words. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}
