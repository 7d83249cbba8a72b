import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ClosingStack } from '../../src/host/closing-stack.ts';
import { type PostgresServer, startPostgres, startReplica } from './postgres.ts';

export interface OwnPostgres extends AsyncDisposable {
  readonly primary: PostgresServer;
  /** Starts a replica of it, which ends with it. */
  replica(): Promise<PostgresServer>;
}

/** A server for tests that kill or freeze it. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const closing = new ClosingStack();
  try {
    const folder = await mkdtemp(path.join(tmpdir(), 'ovation-postgres-'));
    closing.defer(() => rm(folder, { recursive: true }));
    await chmod(folder, 0o755);
    const primary = closing.use(await startPostgres(path.join(folder, 'primary')));
    return {
      primary,
      replica: async () => closing.use(await startReplica(primary, path.join(folder, 'replica'))),
      [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
    };
  } catch (error) {
    await closing[Symbol.asyncDispose]();
    throw error;
  }
}
