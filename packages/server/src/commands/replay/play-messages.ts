import type { MessageBatch } from '@ovation/protocol';
import type { CommandIo } from '../command-io.ts';
import type { OvationServer } from './ovation-server.ts';
import type { PlayedMessage } from './playable-log.ts';

/** Largest batch that the server takes. */
const BATCH_MAX = 1_000;
/** Time between two batches: at most four a second. */
const TICK_MS = 250;
/** A restart of the server takes less than this, so it is waited for. */
const PATIENCE_MS = 60_000;

export interface Play {
  readonly server: OvationServer;
  readonly channel: string;
  /** in the order of the chat log, which is nearly that of time */
  readonly messages: AsyncIterable<PlayedMessage>;
  /** stream time of the beginning, ms */
  readonly fromMs: number;
  readonly speed: number;
  readonly onProgress: (positionMs: number, sent: number) => void;
}

/**
 * Sends each message at its stream time. Messages that are late follow as fast as batches allow.
 * @returns how many were sent; all of them unless the signal was aborted
 * @throws CommandError when the server stays away, and the errors of reading the chat log
 */
export async function playMessages(play: Play, io: CommandIo): Promise<number> {
  const { fromMs, messages, onProgress, speed } = play;
  const begunAt = io.now();
  const run = `${play.channel}-${begunAt.toString(36)}`;
  const timeOf = ({ at }: PlayedMessage) => begunAt + (at - fromMs) / speed;
  const reading = messages[Symbol.asyncIterator]();
  let sent = 0;
  try {
    for (let next = await reading.next(); next.done !== true;) {
      const tickAt = io.now();
      const due: PlayedMessage[] = [];
      for (
        ;
        next.done !== true && due.length < BATCH_MAX && timeOf(next.value) <= tickAt;
        next = await reading.next()
      ) {
        due.push(next.value);
      }
      if (due.length > 0) {
        // Each message keeps its second of the chat log, unless it is late: its minute may be closed by then.
        const earliest = tickAt - TICK_MS;
        const body = batchOf(due, { run, from: sent, at: (message) => Math.max(earliest, timeOf(message)) });
        await send(play, body, io.signal);
        sent += due.length;
      }
      onProgress(fromMs + (tickAt - begunAt) * speed, sent);
      if (next.done !== true) await io.sleep(Math.max(0, tickAt + TICK_MS - io.now()), io.signal);
    }
  } catch (error) {
    if (!io.signal.aborted) throw error;
  } finally {
    await reading.return?.();
  }
  return sent;
}

/** The id of a message is made from its place in the chat log, so a batch that is sent twice counts once. */
function batchOf(
  messages: readonly PlayedMessage[],
  { at, from, run }: { run: string; from: number; at: (message: PlayedMessage) => number },
): MessageBatch {
  return {
    messages: messages.map((message, index) => ({
      ...message.body,
      id: `${run}-${from + index}`,
      occurredAt: new Date(Math.round(at(message))).toISOString(),
    })),
  };
}

async function send({ server, channel }: Play, body: MessageBatch, signal: AbortSignal): Promise<void> {
  const path = `/channels/${encodeURIComponent(channel)}/messages`;
  await server.call({ method: 'POST', path, body, patienceMs: PATIENCE_MS, signal });
}
