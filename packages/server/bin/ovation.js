#!/usr/bin/env node
// Plain JavaScript on purpose: it must be able to say a clear sentence on a Node that is too old to run the rest.
import { existsSync } from 'node:fs';

const source = new URL('../src/main.ts', import.meta.url);
// Node refuses to strip types under node_modules, so an installed package runs its built files.
const runsSource = existsSync(source) && !source.pathname.includes('/node_modules/');
// Built files run on 22.18; the source uses `using`, which Node knows from 24 on.
const [neededMajor, neededMinor] = runsSource ? [24, 0] : [22, 18];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < neededMajor || (major === neededMajor && minor < neededMinor)) {
  process.stderr.write(
    `Ovation needs Node ${neededMajor}.${neededMinor} or newer, this is ${process.versions.node}. In the repository, "npm start" and "npx ovation" bring their own Node 24.\n`,
  );
  process.exitCode = 1;
} else {
  await import(runsSource ? source.href : new URL('../dist/main.js', import.meta.url).href);
}
