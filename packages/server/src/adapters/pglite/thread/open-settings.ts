import { PGlite, type PGliteOptions } from '@electric-sql/pglite';

const INT8 = 20;
const INITIAL_MIB = 128;
/**
 * The write-ahead log: a checkpoint a minute needs one file of 16 MB, and an old file is removed. PostgreSQL would keep five
 * and write over them; what is left in them would be most of every dump.
 */
const LOG_SETTINGS = ['min_wal_size=32MB', 'max_wal_size=64MB', 'wal_recycle=off', 'wal_init_zero=off'];

/** VACUUM and index builds may take this much; memory that PGlite has once taken it never gives back. Left alone: 64 MB. */
const MEMORY_SETTINGS = ['shared_buffers=16MB', 'maintenance_work_mem=8MB'];

/**
 * Files of tables that stay open. Each month of moments is a table with its indexes: without a
 * bound the descriptors of a small machine would go to them instead of to viewers.
 */
const FILE_SETTINGS = ['max_files_per_process=100'];

/**
 * How every PGlite of ours is opened, the template's too. 16 MB of shared buffers instead of 128 saves about 130 MB of
 * memory and costs nothing measurable at our sizes; below 128 MiB of initial memory PGlite refuses to start.
 */
export function openSettings(): PGliteOptions {
  return {
    initialMemory: INITIAL_MIB * 1024 * 1024,
    startParams: [
      ...PGlite.defaultStartParams,
      ...[...MEMORY_SETTINGS, ...LOG_SETTINGS, ...FILE_SETTINGS].flatMap((setting) => ['-c', setting]),
    ],
    // int8 is a number here and in the `pg` adapter. Above 2^53 it loses its last digits: no column of ours goes there.
    parsers: { [INT8]: Number },
  };
}
