import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly line: string;
  readonly body: unknown;
  readonly token: string | undefined;
}

/** Answers for a request line such as `POST /api/v1/channels`; undefined: 200 with an empty object. */
type Answers = (
  request: SeenRequest,
) => { status: number; body?: unknown; headers?: Record<string, string> } | undefined;

/** An HTTP server on a free port that remembers what it was asked. */
export async function fakeOvation(
  answers: Answers,
): Promise<{ url: string; seen: SeenRequest[]; [Symbol.asyncDispose](): Promise<void> }> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      const one: SeenRequest = {
        line: `${request.method} ${request.url}`,
        body: text === '' ? undefined : JSON.parse(text),
        token: request.headers.authorization,
      };
      seen.push(one);
      const { status, body, headers } = { body: {}, headers: {}, ...(answers(one) ?? { status: 200 }) };
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // Listening on a port, so the address is not a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
