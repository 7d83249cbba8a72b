#!/usr/bin/env node
// Plain JavaScript on purpose: it must be able to say a clear sentence on a Node that is too old to run the rest.
import { existsSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `Ovation needs Node 22.18 or newer, this is ${process.versions.node}. In the repository, "npm start" and "npx ovation" bring their own Node 24.\n`,
  );
  process.exitCode = 1;
} else {
  const source = new URL('../src/main.ts', import.meta.url);
  // Node refuses to strip types under node_modules, so an installed package runs its built files.
  const runSource = existsSync(source) && !source.pathname.includes('/node_modules/');
  await import(runSource ? source.href : new URL('../dist/main.js', import.meta.url).href);
}
