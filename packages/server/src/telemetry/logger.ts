import pino from 'pino';
import { LineLimit } from './line-limit.ts';
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
      hooks: { logMethod: limitLines(new LineLimit()) },
    },
    pino.multistream(streams),
  );
}

/** As pino numbers its levels. */
const DEBUG = 20;

type LogMethod = NonNullable<NonNullable<pino.LoggerOptions['hooks']>['logMethod']>;

/** Lines at debug are asked for, so all of them are written. */
function limitLines(limit: LineLimit): LogMethod {
  return function write(args, method, level) {
    const [first, text = first] = args as unknown[]; // an object and a sentence, or a sentence alone
    const leftOut = level <= DEBUG ? 0 : limit.take(String(text), performance.now());
    if (leftOut === undefined) return;
    if (leftOut > 0) this.warn({ leftOut, of: text }, `Lines of the log were left out: too many at once`);
    method.apply(this, args);
  };
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
