import { enableCompileCache } from 'node:module';

// A thread does not inherit the cache; PGlite's program is large. First, and the rest by dynamic import.
enableCompileCache();
await import('./serve-thread.ts');
