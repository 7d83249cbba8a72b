import type { PGlite } from '@electric-sql/pglite';
import type { Rows, Statement } from '../../sql/connection.ts';
import { DATABASE_CODES, DatabaseError } from '../../sql/failure.ts';
import { FolderFlush } from '../folder/folder-flush.ts';
import { compressTar, copyToTar } from '../folder/archive.ts';
import { MEMORY } from '../folder/prepare-folder.ts';
import { runStatement } from './run-statement.ts';
import { TransactionTurn } from './transaction-turn.ts';
import { Turns } from './turns.ts';
import { VacuumTurn } from './vacuum-turn.ts';
import type { Answers, Command, ThreadStart } from './wire.ts';

type Answer = Answers[keyof Answers];

/** Runs commands on the one connection, each in its turn. */
export class DatabaseThread {
  readonly #pglite: PGlite;
  readonly #start: ThreadStart;
  readonly #onExpired: (session: number) => void;
  readonly #turns = new Turns();
  readonly #transactions = new Map<number, TransactionTurn>();
  readonly #folderFlush: FolderFlush | undefined;
  readonly #vacuum: VacuumTurn;
  #flushedPosition: string | undefined;

  constructor(pglite: PGlite, start: ThreadStart, onExpired: (session: number) => void) {
    this.#pglite = pglite;
    this.#start = start;
    this.#folderFlush = start.dataDir === MEMORY ? undefined : new FolderFlush(start.dataDir);
    this.#vacuum = new VacuumTurn(pglite);
    this.#onExpired = onExpired;
  }

  async run(command: Command): Promise<Answer> {
    switch (command.kind) {
      case 'query':
        return command.session === 0 ? this.#alone(command) : this.#transaction(command.session).query(command);
      case 'begin':
        return this.#begin(command.session);
      case 'commit':
        return this.#leave(command.session).commit(command.last);
      case 'rollback':
        return this.#leave(command.session).rollback();
      case 'script':
        return this.#turns.run(() => this.#script(command.sql));
      case 'sync':
        return this.#sync();
      case 'dump':
        return this.#dump(command.file);
      case 'vacuum':
        return this.#turns.run(() => this.#vacuum.run());
      case 'vacuum long':
        return this.#turns.run(() => this.#vacuum.runLong());
      case 'close':
        return this.#turns.run(() => this.#close());
    }
  }

  async #alone(statement: Statement): Promise<Rows> {
    return this.#turns.run(async () => {
      const rows = await runStatement(this.#pglite, statement);
      if (!this.#pglite.isInTransaction()) return rows;
      await this.#pglite.exec('rollback');
      throw new DatabaseError({
        code: DATABASE_CODES.misuse,
        message: 'BEGIN as a statement was rolled back: transactions are opened by unitOfWork only',
      });
    });
  }

  #begin(session: number): Promise<null> {
    const transaction = new TransactionTurn({
      pglite: this.#pglite,
      turns: this.#turns,
      idleLimitMs: this.#start.idleLimitMs,
      onExpired: () => {
        this.#transactions.delete(session);
        this.#onExpired(session);
      },
    });
    this.#transactions.set(session, transaction);
    return transaction.begun();
  }

  #transaction(session: number): TransactionTurn {
    const transaction = this.#transactions.get(session);
    if (transaction) return transaction;
    throw new DatabaseError({ code: DATABASE_CODES.misuse, message: 'This unit of work is over' });
  }

  #leave(session: number): TransactionTurn {
    const transaction = this.#transaction(session);
    this.#transactions.delete(session);
    return transaction;
  }

  async #script(sql: string): Promise<null> {
    try {
      await this.#pglite.exec(`begin;\n${sql}\n;commit;`);
      return null;
    } catch (error) {
      // In the same turn: otherwise a statement of another caller would run in the failed transaction.
      await this.#pglite.exec('rollback');
      throw error;
    }
  }

  async #sync(): Promise<number> {
    const flush = this.#folderFlush;
    if (!flush || (await this.#turns.run(() => this.#position())) === this.#flushedPosition) return 0;
    // Most of the waiting for the disk is done before the turn, so that the pause of the others is short.
    const before = await flush.flush();
    return this.#turns.run(async () => {
      await this.#pglite.exec('checkpoint');
      // The checkpoint writes a record of its own; only what comes after it counts as written.
      this.#flushedPosition = await this.#position();
      return before + (await flush.flush());
    });
  }

  async #dump(file: string): Promise<number> {
    // Only the copy holds the turn; compressing, some times longer, does not.
    const tar = await this.#turns.run(async () => {
      await this.#pglite.exec('checkpoint');
      return copyToTar(this.#start.dataDir, file);
    });
    return compressTar(tar, file);
  }

  async #close(): Promise<null> {
    await this.#pglite.close();
    await this.#folderFlush?.flush();
    return null;
  }

  async #position(): Promise<string> {
    const { rows } = await this.#pglite.query<{ at: string }>('select pg_current_wal_insert_lsn()::text as at');
    return rows[0]?.at ?? '';
  }
}
