import { PGlite, type PGliteOptions } from '@electric-sql/pglite';

const INT8 = 20;
const INITIAL_MIB = 128;

/**
 * How every PGlite of ours is opened, the template's too. 16 MB of shared buffers instead of 128 saves about 130 MB of
 * memory and costs nothing measurable at our sizes; below 128 MiB of initial memory PGlite refuses to start.
 */
export function openSettings(): PGliteOptions {
  return {
    initialMemory: INITIAL_MIB * 1024 * 1024,
    startParams: [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'],
    // int8 is a number here and in the `pg` adapter. Above 2^53 it loses its last digits: no column of ours goes there.
    parsers: { [INT8]: Number },
  };
}
