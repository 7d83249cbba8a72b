// Adds the example domain to a process, in memory: one line in the list of the server, one in the list of protocol.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const file = (path: string) => new URL(path, import.meta.url).href;

/** The lists, and the line that a developer would write. */
const LINES = new Map([
  [
    file('../../src/modules/index.ts'),
    { before: "  import('./simulation/module.ts'),", line: `  import('${file('./server/module.ts')}'),` },
  ],
  [
    file('../../../protocol/src/domains.ts'),
    { before: "export * from './revocations/index.ts';", line: `export * from '${file('./protocol/index.ts')}';` },
  ],
]);

registerHooks({
  load(url, context, nextLoad) {
    const added = LINES.get(url);
    if (!added) return nextLoad(url, context);
    const source = readFileSync(new URL(url), 'utf8');
    if (!source.includes(added.before)) throw new Error(`${url} has no line ${added.before}`);
    return {
      format: 'module-typescript',
      source: source.replace(added.before, () => `${added.line}\n${added.before}`),
      shortCircuit: true,
    };
  },
});
