import { setFlagsFromString } from 'node:v8';

/**
 * Imported first by every Node process that a test starts: such a process lives for seconds, in which V8 would spend more
 * on optimising PGlite's program than it gains by it. The baseline code that it runs instead does the same.
 */
for (const flag of ['--liftoff-only', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag);
