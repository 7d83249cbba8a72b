import { createWriteStream, renameSync, statSync } from 'node:fs';
import pino from 'pino';
import { requestContext } from './request-context.ts';

export type Log = pino.Logger;

export interface LogOptions {
  /** DEBUG=true turns debug lines on (S0-36). */
  readonly debug: boolean;
  /** `app.log` beside the data (S2-32); none for commands that only read. */
  readonly file?: string;
  /** Lines to standard output; off on a terminal, where the banner speaks to a person. */
  readonly console: boolean;
}

/** A larger `app.log` becomes `app.log.1` at the next start; the one before that goes. */
const FILE_MAX_BYTES = 50_000_000;

/** JSON lines with `timestamp` (ISO), `level` as a word and `message`. */
export function createLog(options: LogOptions): Log {
  const level = options.debug ? 'debug' : 'info';
  const streams: pino.StreamEntry[] = [];
  if (options.console) streams.push({ level, stream: process.stdout });
  if (options.file) {
    rotate(options.file);
    streams.push({ level, stream: createWriteStream(options.file, { flags: 'a' }) });
  }
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

function rotate(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > FILE_MAX_BYTES) renameSync(file, `${file}.1`);
}

/** For tests and commands that print their own words. */
export function silentLog(): Log {
  return pino({ level: 'silent' });
}
