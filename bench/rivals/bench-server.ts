import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ServerOrder = { do: 'broadcast'; count: number; bytes: number } | { do: 'usage' };
export type ServerAnswer = { port: number } | Usage;
export interface Usage {
  /** CPU seconds of the process so far, user and system */
  cpu: number;
  /** bytes */
  rss: number;
  /** messages from clients so far */
  received: number;
}

export interface Rival {
  /** Sends `count` messages of about `bytes` to everybody, in one turn. */
  broadcast(count: number, bytes: number): void;
  received(): number;
}

/** Runs a server that a benchmark started with `fork`: says its port, then does what it is told. */
export function serveBench(server: Server, rival: Rival): void {
  const answer = (value: ServerAnswer) => process.send?.(value);
  process.on('message', (order: ServerOrder) => {
    if (order.do === 'broadcast') {
      rival.broadcast(order.count, order.bytes);
      return;
    }
    globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    answer({ cpu: (user + system) / 1e6, rss: process.memoryUsage.rss(), received: rival.received() });
  });
  // Without the benchmark that started it, it ends.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
    // It listens on TCP.
    answer({ port: (server.address() as AddressInfo).port });
  });
}
