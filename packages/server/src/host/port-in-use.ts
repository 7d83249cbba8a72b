import { once } from 'node:events';
import { createServer } from 'node:net';

/** Where the server is to listen. */
interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * Tries the port and lets it go: a second server says so before its database has opened, which takes seconds.
 * @throws Error with a sentence for a person when another process listens there
 */
export async function refusePortInUse({ host, port }: Place): Promise<void> {
  const server = createServer();
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (error) {
    // Anything else is told when the doors open.
    throwPortInUse({ host, port }, error);
  } finally {
    server.close();
  }
}

/** @throws Error with a sentence for a person when the error says that the port is in use */
export function throwPortInUse({ host, port }: Place, error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return; // every system error has a code
  throw new Error(
    `Port ${port} on ${host} is in use. Stop what runs there, or choose another port with PORT=${port + 1}.`,
    { cause: error },
  );
}
