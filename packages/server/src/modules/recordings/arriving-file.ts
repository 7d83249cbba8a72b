import type { IncomingMessage } from 'node:http';
import { RecordingProblem } from './index.ts';
import type { Clock } from '../../ports/clock.ts';

/** A sender that says nothing for so long gives its place to others. */
const SILENCE_MS = 30_000;
const SILENT = `Nothing of the file came in for ${SILENCE_MS / 1_000} seconds: the connection was too slow, send it again`;
/** Few files come in at once: a byte now and then would keep others out for a quarter of an hour. */
const SLOWEST_BYTES_PER_S = 4_096;
const TOO_SLOW = 'The file comes in more slowly than 4 KB a second: pack it with gzip, or use a faster connection';
const EVENTS = ['readable', 'end', 'close', 'error'] as const;

/**
 * The body piece by piece, as it is asked for. The request is left open when reading stops: its answer goes the same
 * way.
 * @param gone aborted by the caller when the file is not wanted any more, and by this function with a RecordingProblem when
 *   it does not come in
 * @throws the reason of the abort; Error when the sender has gone
 */
export async function* arrivingFile(
  request: IncomingMessage,
  gone: AbortController,
  clock: Pick<Clock, 'now' | 'after'>,
): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  let waitedMs = 0;
  for (;;) {
    // A stream without an encoding hands out buffers.
    const piece = request.read() as Uint8Array | null;
    if (piece) {
      bytes += piece.length;
      yield piece;
    } else if (request.readableEnded) return;
    else if (request.destroyed) throw new Error('The sender has gone');
    else {
      const askedAt = clock.now();
      // Only time in which we waited for the sender counts: an analysis may be slower than the network.
      const leftMs = SILENCE_MS + (1_000 * bytes) / SLOWEST_BYTES_PER_S - waitedMs;
      const [patienceMs, sentence] = leftMs < SILENCE_MS && bytes > 0 ? [leftMs, TOO_SLOW] : [SILENCE_MS, SILENT];
      using _patience = clock.after(Math.max(0, patienceMs), () => {
        gone.abort(new RecordingProblem('unreadable', sentence));
      });
      await somethingHappens(request, gone.signal);
      waitedMs += clock.now() - askedAt;
    }
  }
}

/** More bytes, their end, or that there will be none. */
async function somethingHappens(request: IncomingMessage, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = () => resolve();
  for (const event of EVENTS) request.on(event, wake);
  signal.addEventListener('abort', wake);
  try {
    await promise;
    signal.throwIfAborted();
  } finally {
    for (const event of EVENTS) request.off(event, wake);
    // A large file has very many pieces, and the signal is there until its end.
    signal.removeEventListener('abort', wake);
  }
}
