import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type RecordingAnalysis, analyzeRecording } from '../modules/recordings/index.ts';
import { keepYoungSpaceSmall } from './open-log.ts';
import { type ReadLogOptions, fileErrorOf } from './read-log.ts';

/** The moments of a log by `surge`. @throws LogFileError, with a sentence for people; the signal's reason when aborted */
export async function readRecording(
  file: string,
  { signal, onProgress }: Pick<ReadLogOptions, 'signal' | 'onProgress'>,
): Promise<RecordingAnalysis> {
  try {
    const { size } = await stat(file);
    keepYoungSpaceSmall();
    return await analyzeRecording(watched(file, signal, (bytes) => onProgress(bytes / size)));
  } catch (error) {
    signal.throwIfAborted();
    throw fileErrorOf(error);
  }
}

async function* watched(
  file: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  // A stream that nobody gave an encoding hands out buffers.
  for await (const piece of createReadStream(file, { signal }) as AsyncIterable<Uint8Array>) {
    yield piece;
    bytes += piece.length;
    onBytes(bytes);
  }
}
