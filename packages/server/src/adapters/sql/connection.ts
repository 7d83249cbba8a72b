/** What the SQL half needs of a database: all that an adapter over another driver has to fill. */
export interface SqlConnection {
  /** One statement by itself. Values are as the contract of the port says: int8 is a number, json is parsed. */
  query(statement: Statement): Promise<Rows>;
  /** Several statements without parameters, as one transaction. */
  script(sql: string): Promise<unknown>;
  /** READ COMMITTED. Does not wait: when BEGIN fails, what follows it fails. */
  begin(): SqlTransaction;
  /** Resolves when everything that was committed before would survive a loss of power. */
  flush(): Promise<unknown>;
}

export interface SqlTransaction {
  query(statement: Statement): Promise<Rows>;
  /**
   * `last` runs before COMMIT; its rows are the answer. Rejects, with everything rolled back, when COMMIT fails or when a
   * statement had failed (25P02): PostgreSQL itself would roll back without an error.
   */
  commit(last: Statement | undefined): Promise<Rows | null>;
  /** Never rejects, also after a failed commit. Answers why the database had ended the transaction by itself, if it had. */
  rollback(): Promise<Error | undefined>;
  /** Rejects when the database ends the transaction by itself, for example because it stood idle (25P03). */
  readonly ended: Promise<never>;
}

export interface Statement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

export interface Rows {
  readonly rows: Record<string, unknown>[];
  readonly fields: { name: string; dataTypeID: number }[];
  readonly affectedRows?: number;
}
