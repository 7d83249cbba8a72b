import { enableCompileCache } from 'node:module';

// First, and everything else by dynamic import: what is imported statically is not covered by the cache.
enableCompileCache();
const { runCommand } = await import('./commands/index.ts');
process.exitCode = await runCommand(process.argv.slice(2));
