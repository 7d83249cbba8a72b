import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import type { RecordingAnalysis } from './analyze-recording.ts';
import { Places } from './places.ts';
import type { ReadingOptions } from './reading/chats-in.ts';
import { runAnalysis } from './run-analysis.ts';
import { Spool } from './spool.ts';

export { type RecordingAnalysis, analyzeChat, analyzeRecording, noticeOf } from './analyze-recording.ts';
export { chatsIn, type ReadingOptions } from './reading/chats-in.ts';
export { begin, type RecordedChat } from './reading/recorded-chat.ts';
export type { GivenFile } from './unpacking/logs-in.ts';
export { ScratchFile } from './unpacking/scratch-file.ts';
export { RecordingProblem, problemOfFile } from './recording-problem.ts';

/** A chat log as it is sent, perhaps packed. */
export const RECORDING_MAX_BYTES = 1_073_741_824;
/** What it may unpack to. */
const UNPACKED_MAX_BYTES = 4 * RECORDING_MAX_BYTES;
/** All of niconico's comments, which must be sorted, fit; what a hostile file would keep does not. */
const HEAP_MAX_MB = 512;
/** One processor stays free for live delivery, where there are two. */
const AT_ONCE = Math.min(4, Math.max(1, availableParallelism() - 1));
/** Files on their way in or waiting for a place: of one caller, of all, and the bytes of all. */
const PER_CALLER = 2;
const IN_ALL = 8;
const ALL_BYTES = 4 * RECORDING_MAX_BYTES;

/** Analyses of chat logs that callers send. */
export interface Recordings {
  /**
   * Takes the file in, then waits for a place, then analyzes it: a slow sender holds no place.
   * @param source the file's bytes
   * @throws RecordingProblem when the file cannot be read, is too large, or too many come in already; the signal's reason
   *   when it is aborted; what the source throws
   */
  analyze(source: AsyncIterable<Uint8Array>, signal: AbortSignal, asked: AskedAnalysis): Promise<RecordingAnalysis>;
  /** Removes files that a killed server left. Before anything comes in. */
  clear(): Promise<void>;
}

export interface AskedAnalysis extends Pick<ReadingOptions, 'unit' | 'start' | 'join'> {
  /** whose files are counted together */
  readonly caller: string;
  /** what the caller calls the file */
  readonly name?: string | undefined;
}

export interface RecordingOptions {
  readonly atOnce?: number;
  readonly maxBytes?: number;
  readonly unpackedMaxBytes?: number;
  readonly perCaller?: number;
  readonly inAll?: number;
  readonly allBytes?: number;
  /** where files lie while they come in; the system's folder for such when left out */
  readonly spoolFolder?: string;
}

export function createRecordings({
  atOnce = AT_ONCE,
  maxBytes = RECORDING_MAX_BYTES,
  unpackedMaxBytes = UNPACKED_MAX_BYTES,
  perCaller = PER_CALLER,
  inAll = IN_ALL,
  allBytes = ALL_BYTES,
  spoolFolder = path.join(tmpdir(), `ovation-spool-${process.pid}`),
}: RecordingOptions = {}): Recordings {
  const spool = new Spool(spoolFolder, { maxBytes, perCaller, inAll, allBytes });
  const places = new Places(atOnce);
  return {
    clear: () => spool.clear(),
    async analyze(source, signal, { caller, name = 'the file', ...asked }) {
      await using file = await spool.take(source, caller);
      using _place = await places.take(signal);
      const options = { ...asked, unpackedMaxBytes, scratchFolder: spoolFolder };
      return await runAnalysis({ file: file.path, name, options }, HEAP_MAX_MB, signal);
    },
  };
}
