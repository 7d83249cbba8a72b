import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ServerOrder =
  /** no answer */
  | { do: 'broadcast'; count: number; bytes: number }
  /** `collect`: garbage first */
  | { do: 'usage'; collect: boolean }
  /** answers when so many messages have come from clients, all in all */
  | { do: 'await'; received: number };
export type ServerAnswer = { port: number } | Usage | 'received';
export interface Usage {
  /** CPU seconds of the process so far, user and system, all threads */
  cpu: number;
  /** bytes */
  rss: number;
  /** bytes of live JavaScript objects */
  heap: number;
  /** messages from clients so far */
  received: number;
}

export interface Rival {
  /** Sends `count` messages of about `bytes` to everybody, in one turn. */
  broadcast(count: number, bytes: number): void;
}

/** How a server that a benchmark started with `fork` says what it is asked. */
export class BenchServer {
  #received = 0;
  #awaited = Number.POSITIVE_INFINITY;

  /** Call it for every message of a client. */
  heard(): void {
    this.#received += 1;
    this.#tellWhenAll();
  }

  /** Says the port, then does what it is told. Without the benchmark that started it, it ends. */
  serve(port: number, rival: Rival): void {
    process.on('message', (order: ServerOrder) => {
      if (order.do === 'broadcast') rival.broadcast(order.count, order.bytes);
      else if (order.do === 'await') {
        this.#awaited = order.received;
        this.#tellWhenAll();
      } else this.#answer(this.#usage(order.collect));
    });
    process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
    this.#answer({ port });
  }

  #usage(collect: boolean): Usage {
    // Twice: what the first finds dead may have held what the second frees.
    if (collect) for (let i = 0; i < 2; i += 1) globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    return { cpu: (user + system) / 1e6, rss, heap: heapUsed, received: this.#received };
  }

  #tellWhenAll(): void {
    if (this.#received < this.#awaited) return;
    this.#awaited = Number.POSITIVE_INFINITY;
    this.#answer('received');
  }

  #answer(value: ServerAnswer): void {
    process.send?.(value);
  }
}

/** Listens on a free port and serves the benchmark. */
export function listenAndServe(server: Server, bench: BenchServer, rival: Rival): void {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
    // It listens on TCP.
    bench.serve((server.address() as AddressInfo).port, rival);
  });
}
