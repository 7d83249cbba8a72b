import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { DatabaseThread } from './database-thread.ts';
import { describeFailure } from '../../sql/failure.ts';
import { openSettings } from './open-settings.ts';
import type { Reply, Request, ThreadStart } from './wire.ts';

/** The worker thread: one PGlite and its queue of turns. Loaded by `thread.ts`, which `thread-link.ts` starts. */
const port = parentPort;
if (!port) throw new Error('The database thread is started by the server, not by itself');

// workerData has no type of its own; thread-link.ts is the only one that fills it, with this type.
const start = workerData as ThreadStart;

function send(reply: Reply): void {
  port?.postMessage(reply);
}

function raise(error: unknown): never {
  throw error;
}

/** A backend that panicked or trapped answers nonsense from then on; the only way out is another process. */
function isFatal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // A trap of WebAssembly, whose own class the server's types do not know.
  if (error.name === 'RuntimeError') return true;
  const severity: unknown = Reflect.get(error, 'severity');
  return severity === 'PANIC' || severity === 'FATAL';
}

try {
  const archive = start.archive === undefined ? {} : { loadDataDir: new Blob([readFileSync(start.archive)]) };
  const pglite = await PGlite.create({ ...openSettings(), dataDir: start.dataDir, ...archive });
  const database = new DatabaseThread(pglite, start, (session) => send({ kind: 'expired', session }));
  let fatal: unknown;
  port.on('message', ({ id, command }: Request) => {
    database.run(command).then(
      (value) => {
        // The backend answers on after a panic, but what it says is nonsense.
        if (fatal !== undefined) send({ kind: 'failed', id, failure: describeFailure(fatal) });
        else send({ kind: 'done', id, value });
        if (command.kind === 'close') port.close();
      },
      (error: unknown) => {
        if (isFatal(error)) fatal ??= error;
        send({ kind: 'failed', id, failure: describeFailure(fatal ?? error) });
        // After the reply: the thread ends by it, and the main thread rejects everything that still waits.
        if (fatal !== undefined) setImmediate(() => raise(fatal));
      },
    );
  });
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'unusable', failure: describeFailure(error) });
  port.close();
}
