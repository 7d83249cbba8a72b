import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The part of it that is used here; neither Node's types nor the language's have it. */
declare const WebAssembly: { compile(program: Uint8Array): Promise<object> };

const HELD = Symbol.for('ovation.pglite-compiled');

/**
 * Set-up of every test file: holds PGlite's compiled program for as long as the worker lives. V8 shares it between the
 * threads of a process, and drops it with the last one that uses it: without this each database compiles it again.
 */
if (!Reflect.has(globalThis, HELD)) {
  const program = new URL('pglite.wasm', import.meta.resolve('@electric-sql/pglite'));
  Reflect.set(globalThis, HELD, await WebAssembly.compile(readFileSync(fileURLToPath(program))));
}
