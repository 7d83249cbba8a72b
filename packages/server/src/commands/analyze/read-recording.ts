import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type RecordingAnalysis, analyzeRecording } from '../../modules/recordings/index.ts';
import { keepYoungSpaceSmall } from '../chat-log/keep-young-space-small.ts';
import { type ReadChatLogOptions, chatLogErrorOf } from '../chat-log/read-chat-log.ts';

/**
 * The moments of a chat log by `surge`. @throws ChatLogError with a sentence for people, or the signal's reason when
 * aborted
 */
export async function readRecording(
  file: string,
  { signal, onProgress }: Pick<ReadChatLogOptions, 'signal' | 'onProgress'>,
): Promise<RecordingAnalysis> {
  try {
    const { size } = await stat(file);
    keepYoungSpaceSmall();
    return await analyzeRecording(watched(file, signal, (bytes) => onProgress(bytes / size)));
  } catch (error) {
    signal.throwIfAborted();
    throw chatLogErrorOf(error);
  }
}

async function* watched(
  file: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  // Without an encoding the stream gives buffers.
  for await (const piece of createReadStream(file, { signal }) as AsyncIterable<Uint8Array>) {
    yield piece;
    bytes += piece.length;
    onBytes(bytes);
  }
}
