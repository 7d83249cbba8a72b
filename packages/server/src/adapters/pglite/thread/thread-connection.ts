import type { Rows, SqlConnection, SqlTransaction, Statement } from '../../sql/connection.ts';
import { type DatabaseError, stoodIdle } from '../../sql/failure.ts';
import type { ThreadLink } from './thread-link.ts';

/** The connection of the SQL half: the thread's one session, and a number for each transaction in it. */
export class ThreadConnection implements SqlConnection {
  readonly #link: ThreadLink;
  readonly #idleLimitMs: number;
  readonly #expiries = new Map<number, () => void>();
  #nextSession = 1;

  constructor(link: ThreadLink, idleLimitMs: number) {
    this.#link = link;
    this.#idleLimitMs = idleLimitMs;
    link.onExpired = (session) => this.#expiries.get(session)?.();
  }

  query(statement: Statement): Promise<Rows> {
    return this.#link.request({ kind: 'query', session: 0, ...statement });
  }

  script(sql: string): Promise<null> {
    return this.#link.request({ kind: 'script', sql });
  }

  flush(): Promise<number> {
    return this.#link.request({ kind: 'sync' });
  }

  begin(): SqlTransaction {
    const link = this.#link;
    const session = this.#nextSession;
    this.#nextSession += 1;
    const { promise: ended, reject } = Promise.withResolvers<never>();
    ended.catch(() => {});
    let reason: DatabaseError | undefined;
    this.#expiries.set(session, () => {
      reason = stoodIdle(this.#idleLimitMs);
      reject(reason);
    });
    // Not awaited: the first statement follows at once and waits in the thread. A BEGIN that fails fails it too.
    link.request({ kind: 'begin', session }).catch(() => {});
    return {
      ended,
      query: (statement) => link.request({ kind: 'query', session, ...statement }),
      commit: async (last) => {
        const rows = await link.request({ kind: 'commit', session, last });
        this.#expiries.delete(session);
        return rows;
      },
      rollback: async () => {
        // After a failed COMMIT the thread answers that the session is over.
        await link.request({ kind: 'rollback', session }).catch(() => {});
        this.#expiries.delete(session);
        return reason;
      },
    };
  }
}
