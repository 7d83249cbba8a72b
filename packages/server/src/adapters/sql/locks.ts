/**
 * Numbers of PostgreSQL's advisory locks. Only those of a transaction are taken: one of a session would land on the turn of
 * another client behind pgbouncer.
 */
export const LOCKS = {
  /** for the tables that a start makes before there are migrations */
  start: 730_101,
  /** shared by every append of the epoch, alone for the process that begins a new one */
  epoch: 730_102,
} as const;
