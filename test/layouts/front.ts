import { once } from 'node:events';
import { type ClientRequest, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** Doors that the role gateway opens; the others are those of the role api. */
const LIVE = /^\/(?:sse|api\/v1\/(?:channels|feeds)\/[^/]+\/events)(?:\?|$)/;

/** One address before several processes, as a proxy is in production (deploy/). */
export interface Front extends AsyncDisposable {
  readonly url: string;
}

export interface FrontParts {
  readonly port: number;
  readonly api: string;
  /** sockets take them in turn; streams and polls stay with the first, which holds their sessions */
  readonly gateways: readonly string[];
  readonly all: readonly string[];
}

export async function openFront({ all, api, gateways, port }: FrontParts): Promise<Front> {
  const server = createServer((incoming, response) => {
    const url = incoming.url ?? '/';
    if (url === '/metrics') void answerMetrics(all, response);
    else if (url.startsWith('/health')) void answerHealth({ api, all }, url, response);
    else pass(incoming, response, LIVE.test(url) ? (gateways[0] ?? api) : api);
  });
  let turn = 0;
  const sockets = new Set<Duplex>();
  server.on('upgrade', (incoming, socket, head) => {
    turn += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    upgrade(incoming, socket, head, gateways[turn % gateways.length] ?? api);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has such an address.
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}

function forward({ headers, method, url }: IncomingMessage, target: string): ClientRequest {
  const to = new URL(target);
  return request({ host: to.hostname, port: to.port, method, path: url, headers });
}

function pass(incoming: IncomingMessage, response: ServerResponse, target: string): void {
  const outgoing = forward(incoming, target);
  outgoing.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 0, answer.rawHeaders);
    answer.pipe(response);
    answer.once('error', () => response.destroy());
  });
  outgoing.once('error', () => response.destroy());
  response.once('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}

function upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer, target: string): void {
  const outgoing = forward(incoming, target);
  outgoing.once('upgrade', (answer, remote: Duplex, first: Buffer) => {
    socket.write(headOf(answer));
    if (first.length > 0) socket.write(first);
    if (head.length > 0) remote.write(head);
    remote.pipe(socket).pipe(remote);
    for (const [one, other] of [
      [remote, socket],
      [socket, remote],
    ] as const) {
      one.once('error', () => other.destroy());
      one.once('close', () => other.destroy());
    }
  });
  outgoing.once('response', (answer) => {
    socket.write(headOf(answer));
    answer.pipe(socket);
  });
  outgoing.once('error', () => socket.destroy());
  socket.once('error', () => outgoing.destroy());
  outgoing.end();
}

function headOf({ rawHeaders, statusCode, statusMessage }: IncomingMessage): string {
  const lines = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : []));
  return [`HTTP/1.1 ${statusCode} ${statusMessage}`, ...lines, '', ''].join('\r\n');
}

/** Samples of the same name and labels are added up, as a monitoring system does it over processes. */
async function answerMetrics(all: readonly string[], response: ServerResponse): Promise<void> {
  const texts = await Promise.all(all.map(async (url) => (await fetch(`${url}/metrics`)).text()));
  const sums = new Map<string, number>();
  const comments = new Set<string>();
  for (const line of texts.join('\n').split('\n')) {
    const [, sample, value] = /^([a-zA-Z_:][^ ]*(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
    if (sample === undefined) comments.add(line);
    else sums.set(sample, (sums.get(sample) ?? 0) + Number(value));
  }
  const lines = [...comments, ...Array.from(sums, ([sample, value]) => `${sample} ${value}`)];
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  response.end(`${lines.filter((line) => line !== '').join('\n')}\n`);
}

interface Health {
  readonly websocketConnections: number;
  readonly messageCount: number;
}

async function answerHealth(
  { all, api }: { readonly all: readonly string[]; readonly api: string },
  path: string,
  response: ServerResponse,
): Promise<void> {
  try {
    const own = await fetch(`${api}${path}`);
    // Bodies of our own server.
    const bodies = await Promise.all(all.map(async (url) => (await (await fetch(`${url}/health`)).json()) as Health));
    const sum = (of: (health: Health) => number) => bodies.reduce((total, health) => total + of(health), 0);
    const body = {
      ...((await own.json()) as Health),
      websocketConnections: sum((health) => health.websocketConnections),
      messageCount: sum((health) => health.messageCount),
    };
    // The body was unpacked and has another length now.
    const left = ['content-length', 'content-encoding', 'transfer-encoding'];
    const headers = Array.from(own.headers).filter(([name]) => !left.includes(name));
    response.writeHead(own.status, Object.fromEntries(headers)).end(JSON.stringify(body));
  } catch {
    response.destroy();
  }
}
