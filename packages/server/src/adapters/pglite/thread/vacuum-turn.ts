import type { PGlite } from '@electric-sql/pglite';

/** A turn that is expected to take longer is not begun: every other statement waits behind it. */
const LONGEST_MS = 100;
/**
 * A table that would take longer is tried again after so many turns (ten minutes), and may then take longer by this factor:
 * the estimate may be of a busy hour, and a table that is never vacuumed grows without end.
 */
const AGAIN_AFTER = 60;
const PATIENCE_GROWS = 1.5;
/** What a page takes until it has been measured. */
const MS_PER_PAGE = 0.02;
/** Fewer pages say more about starting than about pages. */
const MEASURED_PAGES = 100;
/** What is left of a slow measurement after a fast one. */
const KEPT_SHARE = 0.9;

interface Candidate {
  readonly name: string;
  readonly dead: number;
  /** pages that VACUUM has to read; those of indexes only when rows are dead */
  readonly heap: number;
  readonly indexes: number;
}

/** What one turn did; null = no table is worth one. */
export type Vacuumed = {
  readonly table: string;
  /** dead rows before */
  readonly dead: number;
  readonly ms: number;
  /** it would have taken too long, and is tried again later */
  readonly isPostponed: boolean;
} | null;

/**
 * Tables with many dead rows for their size, or many new ones: VACUUM passes over pages that it has seen, so that each
 * of the next ones is short. TOAST tables stand for themselves. PostgreSQL's own tables (below 16384) hardly change.
 */
const WORTH = `
select s.relid::regclass::text as name, s.n_dead_tup::int as dead,
  greatest(1, pg_relation_size(s.relid) / 8192 - c.relallvisible)::int as heap,
  (pg_indexes_size(s.relid) / 8192)::int as indexes
from pg_stat_all_tables s join pg_class c on c.oid = s.relid
where s.relid >= 16384 and s.schemaname in ('public', 'pg_toast')
  and (s.n_dead_tup > 200 + 0.02 * s.n_live_tup or s.n_ins_since_vacuum > 1000 + 0.2 * s.n_live_tup)
order by s.n_dead_tup desc, s.relid`;

/**
 * PGlite is one process with one connection: it has no autovacuum, and VACUUM holds every statement up. So one table is
 * vacuumed at a time, often, and only if that is short.
 */
export class VacuumTurn {
  readonly #pglite: PGlite;
  readonly #postponed = new Map<string, { turnsLeft: number; readonly allowedMs: number }>();
  #msPerPage = MS_PER_PAGE;

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  /** The table with most dead rows that is not postponed. To be called in a turn. */
  async run(): Promise<Vacuumed> {
    for (const late of this.#postponed.values()) late.turnsLeft -= 1;
    const next = (await this.#worth()).find(({ name }) => (this.#postponed.get(name)?.turnsLeft ?? 0) <= 0);
    if (!next) return null;
    const { dead, name: table } = next;
    const allowedMs = this.#postponed.get(table)?.allowedMs ?? LONGEST_MS;
    if (this.#estimate(next) > allowedMs) {
      this.#postponed.set(table, { turnsLeft: AGAIN_AFTER, allowedMs: PATIENCE_GROWS * allowedMs });
      return { table, dead, ms: 0, isPostponed: true };
    }
    this.#postponed.delete(table);
    return { table, dead, ms: await this.#vacuum(next), isPostponed: false };
  }

  /** Vacuums the tables that take long. Only a start calls it: no statement waits then. */
  async runLong(): Promise<Vacuumed[]> {
    const long = (await this.#worth()).filter((candidate) => this.#estimate(candidate) > LONGEST_MS);
    const done: Vacuumed[] = [];
    for (const candidate of long) {
      const { dead, name: table } = candidate;
      done.push({ table, dead, ms: await this.#vacuum(candidate), isPostponed: false });
    }
    return done;
  }

  async #worth(): Promise<Candidate[]> {
    return (await this.#pglite.query<Candidate>(WORTH)).rows;
  }

  #estimate(candidate: Candidate): number {
    return pagesOf(candidate) * this.#msPerPage;
  }

  async #vacuum(candidate: Candidate): Promise<number> {
    const startedAt = performance.now();
    // The name is PostgreSQL's own text for it, quoted where it must be. Frozen at once, so that no later VACUUM has to
    // read the whole table again.
    await this.#pglite.query(`vacuum (freeze, process_toast false) ${candidate.name}`);
    const ms = performance.now() - startedAt;
    const pages = pagesOf(candidate);
    // A slow one counts at once, a fast one bit by bit.
    if (pages >= MEASURED_PAGES) this.#msPerPage = Math.max(ms / pages, KEPT_SHARE * this.#msPerPage);
    return ms;
  }
}

function pagesOf({ dead, heap, indexes }: Candidate): number {
  return heap + (dead > 0 ? indexes : 0);
}
