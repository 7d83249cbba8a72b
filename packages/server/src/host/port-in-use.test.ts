import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { refusePortInUse } from './port-in-use.ts';

it('says at once that a port is in use, and leaves a free one free', async () => {
  const host = '127.0.0.1';
  const server = createServer().listen({ host, port: 0 });
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  // Listening on TCP, so it is an address and not a path.
  const { port } = server.address() as AddressInfo;
  await expect(refusePortInUse({ host, port })).rejects.toThrow(
    `Port ${port} on ${host} is in use. Stop what runs there, or choose another port with PORT=${port + 1}.`,
  );
  server.close();
  await once(server, 'close');
  await refusePortInUse({ host, port });
  const next = createServer().listen({ host, port });
  await once(next, 'listening');
  next.close();
});
