import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How long a new connection has to say something while there is no room: its first bytes may be read a moment late. */
const SILENT_MS = 200;
/** Connections that are left free. */
const FREE = 16;

/**
 * Keeps file descriptors free for those who ask: while there are nearly `most` connections, those that have said nothing are
 * closed, the oldest first, and then idle ones. A connection that has begun a request has ten seconds for its head, which Node's own check keeps.
 */
export function makeRoom(server: Server, most: number): { closeSilent(): void } {
  // Without descriptors the database could not open its files: what is beyond is closed before anything is read.
  server.maxConnections = most;
  /** connection → when it came, ms of the monotonic clock */
  const open = new Map<Socket, number>();
  const isFull = () => open.size > most - FREE;
  let timer: NodeJS.Timeout | undefined;
  const close = () => {
    timer = undefined;
    const until = performance.now() - SILENT_MS;
    for (const [socket, cameAt] of open) {
      if (!isFull() || cameAt > until) break;
      if (socket.bytesRead !== 0) continue;
      socket.destroy();
      open.delete(socket);
    }
    // Only then: the other side may be about to use one again.
    if (isFull()) server.closeIdleConnections();
    // While it is full more may come than are let in, and those say nothing to us.
    if (isFull()) wait();
  };
  const wait = () => {
    timer ??= setTimeout(close, SILENT_MS).unref();
  };
  server.on('connection', (socket: Socket) => {
    open.set(socket, performance.now());
    socket.once('close', () => open.delete(socket));
    if (isFull()) wait();
  });
  return {
    /** A server that stops need not wait for those that have asked nothing. */
    closeSilent() {
      for (const socket of open.keys()) if (socket.bytesRead === 0) socket.destroy();
    },
  };
}
