import { PGlite, type PGliteOptions } from '@electric-sql/pglite';

const INT8 = 20;
const INITIAL_MIB = 128;
/** A checkpoint a minute needs one file of 16 MB; PostgreSQL would keep five for a load that we do not have. */
const SETTINGS = ['shared_buffers=16MB', 'min_wal_size=32MB', 'max_wal_size=64MB'];

/**
 * How every PGlite of ours is opened, the template's too. 16 MB of shared buffers instead of 128 saves about 130 MB of
 * memory and costs nothing measurable at our sizes; below 128 MiB of initial memory PGlite refuses to start.
 */
export function openSettings(): PGliteOptions {
  return {
    initialMemory: INITIAL_MIB * 1024 * 1024,
    startParams: [...PGlite.defaultStartParams, ...SETTINGS.flatMap((setting) => ['-c', setting])],
    // int8 is a number here and in the `pg` adapter. Above 2^53 it loses its last digits: no column of ours goes there.
    parsers: { [INT8]: Number },
  };
}
