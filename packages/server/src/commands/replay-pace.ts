import type { ReactionBatch } from '@ovation/protocol';
import type { CommandIo } from './command.ts';
import type { LogReaction } from './read-log.ts';
import type { OvationServer } from './replay-server.ts';
import { printable } from './terminal-text.ts';

/** Largest batch that the server takes. */
const BATCH_MAX = 1_000;
/** Time between two batches: at most four a second. */
const TICK_MS = 250;
/** A restart of the server is waited out. */
const PATIENCE_MS = 60_000;

export interface Play {
  readonly server: OvationServer;
  readonly channel: string;
  /** in order of time */
  readonly reactions: readonly LogReaction[];
  readonly names: ReadonlyMap<string, string>;
  /** stream time of the beginning, ms */
  readonly fromMs: number;
  readonly speed: number;
  readonly onProgress: (positionMs: number, sent: number) => void;
}

/**
 * Sends reactions when their stream time has come. What could not be sent in time follows as fast as batches allow.
 * @returns how many were sent; all of them unless the signal was aborted
 * @throws ServerError when the server stays away
 */
export async function playReactions(play: Play, io: CommandIo): Promise<number> {
  const { reactions, fromMs, speed, onProgress } = play;
  const begunAt = io.now();
  const run = `${play.channel}-${begunAt.toString(36)}`;
  let sent = 0;
  try {
    while (sent < reactions.length) {
      const tickAt = io.now();
      const positionMs = fromMs + (tickAt - begunAt) * speed;
      const due = dueAt(reactions, sent, positionMs);
      if (due > sent) {
        await send(play, batchOf(play, { run, from: sent, to: due, now: tickAt }), io.signal);
        sent = due;
      }
      onProgress(positionMs, sent);
      if (sent < reactions.length) await io.sleep(Math.max(0, tickAt + TICK_MS - io.now()), io.signal);
    }
  } catch (error) {
    if (!io.signal.aborted) throw error;
  }
  return sent;
}

/** Index behind the last reaction that is due, at most a batch further. */
function dueAt(reactions: readonly LogReaction[], from: number, positionMs: number): number {
  const end = Math.min(reactions.length, from + BATCH_MAX);
  let index = from;
  while (index < end && (reactions[index]?.at ?? 0) <= positionMs) index += 1;
  return index;
}

/** The index in the log makes the id, so a batch that is sent twice counts once. */
function batchOf(
  { reactions, names }: Play,
  { run, from, to, now }: { run: string; from: number; to: number; now: number },
): ReactionBatch {
  const occurredAt = new Date(now).toISOString();
  return {
    reactions: reactions.slice(from, to).map(({ emote }, index) => {
      const alias = emote.startsWith('unicode:') ? '' : aliasOf(names.get(emote));
      return { id: `${run}-${from + index}`, emote, occurredAt, ...(alias === '' ? {} : { alias }) };
    }),
  };
}

function aliasOf(name: string | undefined): string {
  return printable(name ?? '')
    .slice(0, 64)
    .toWellFormed();
}

async function send({ server, channel }: Play, body: ReactionBatch, signal: AbortSignal): Promise<void> {
  const path = `/channels/${encodeURIComponent(channel)}/reactions`;
  await server.call({ method: 'POST', path, body, patienceMs: PATIENCE_MS, signal });
}
