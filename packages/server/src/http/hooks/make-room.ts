import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** While it is full, idle connections are looked for this often: one may become idle at any time, and the look costs all. */
const LOOK_EVERY_MS = 20;
/** Connections that are left free. */
const FREE = 16;
/** So many of the newest connections may be silent still: what a busy client says may come a moment after it has connected. */
const NEWEST = 8;

/**
 * Keeps file descriptors free for callers who ask something. While there are nearly `most` connections, new ones take the
 * places of silent ones, the oldest first; without silent ones, idle ones are closed. So a flood of silent
 * connections pushes out its own, and a probe, which asks at once, is answered. A connection that has begun a request has
 * ten seconds for its head, which Node's own check keeps.
 *
 * `server.maxConnections` does not do this: it counts a connection until its close is told, which is after a burst.
 */
export function makeRoom(server: Server, most: number): { closeSilent(): void } {
  const open = new Set<Socket>();
  /** connections that were silent at the last look, oldest first, with their number */
  const silent = new Map<Socket, number>();
  let came = 0;
  let isSorting = false;
  let timer: NodeJS.Timeout | undefined;
  const forget = (socket: Socket) => {
    open.delete(socket);
    silent.delete(socket);
  };
  const close = (socket: Socket) => {
    socket.destroy();
    forget(socket);
  };
  /** Closes silent ones, the oldest first, down to `target` connections. @param last number of the newest to close */
  const closeSilentTo = (target: number, last: number) => {
    for (const [socket, number] of silent) {
      if (open.size <= target || number > last) return;
      if (socket.bytesRead === 0) close(socket);
      else silent.delete(socket);
    }
  };
  const closeIdle = () => {
    if (timer) return;
    server.closeIdleConnections();
    timer = setTimeout(() => {
      timer = undefined;
      if (open.size > most - FREE) closeIdle();
    }, LOOK_EVERY_MS).unref();
  };
  const sort = (last: number) => {
    isSorting = false;
    closeSilentTo(most - FREE, last);
    // Idle ones only then: the other side may be about to use one again.
    if (open.size > most - FREE) closeIdle();
  };
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    silent.set(socket, (came += 1));
    socket.once('close', () => forget(socket));
    // Without descriptors the database could not open its files.
    if (open.size > most) closeSilentTo(most, came);
    if (open.size <= most - FREE || isSorting) return;
    isSorting = true;
    const last = came - NEWEST;
    // What they say is read in the next turn of the event loop, so they are judged after that.
    setImmediate(() => setImmediate(() => sort(last)));
  });
  return {
    /** A server that stops need not wait for those that have asked nothing. */
    closeSilent() {
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    },
  };
}
