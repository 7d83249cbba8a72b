import type { ResumePoint } from '@ovation/protocol';
import type { Clock } from '../../ports/clock.ts';
import type { Connection } from '../sockets/connection.ts';
import type { FeedRoom } from '../rooms/room.ts';

/** A connection that ends with the first thing that is written to it. */
class Waiter implements Connection {
  readonly id = 'poll';
  readonly door = 'poll';
  readonly deflates = false;
  readonly queued = 0;
  isStale = false;
  isOpen = true;
  readonly #end: () => void;

  constructor(end: () => void) {
    this.#end = end;
  }

  write(): void {
    this.#end();
  }
  close(): void {
    this.#end();
  }
  terminate(): void {
    this.#end();
  }
}

export interface PollParts {
  readonly room: FeedRoom;
  readonly since: ResumePoint | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** aborted when the asker has gone, or the gateway stops */
  readonly signal: AbortSignal;
}

/** The reply to a subscription at `since` as JSON: at once when there is news, else with the first news or in time. */
export async function poll({ room, since, timeoutMs, clock, signal }: PollParts): Promise<string> {
  const { e, o } = room.position;
  if (since?.e !== e || since.o !== o || timeoutMs <= 0) return room.reply(since);
  const { promise, resolve } = Promise.withResolvers<void>();
  using _timeout = clock.after(timeoutMs, resolve);
  const waiter = new Waiter(resolve);
  const wake = () => resolve();
  signal.addEventListener('abort', wake);
  room.join(waiter);
  try {
    if (!signal.aborted) await promise;
  } finally {
    room.leave(waiter);
    // A signal that follows the gateway's own stays in memory for as long as it has a listener.
    signal.removeEventListener('abort', wake);
  }
  while (!room.isReady) await room.ready;
  return room.reply(since);
}
