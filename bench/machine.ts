import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** What a figure was measured on, as lines to print above it. `packages` are names that the workspace has installed. */
export function machineLines(packages: readonly string[] = []): string[] {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const memoryGiB = (totalmem() / 1024 ** 3).toFixed(1);
  const load = loadavg().map((value) => value.toFixed(2));
  return [
    `machine   ${processors.length} × ${model}, ${memoryGiB} GiB, ${type()} ${release()}`,
    `load      ${load.join(' ')} (1, 5, 15 minutes, before the run)`,
    `node      ${process.version}`,
    ...packages.map((name) => `package   ${name} ${versionOf(name)}`),
  ];
}

export function printMachine(packages: readonly string[] = []): void {
  for (const line of machineLines(packages)) console.log(line);
}

/** The middle value; the mean of the two middle ones when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2;
}

/** Read from the manifest beside the package's entry: many packages do not export their package.json. */
function versionOf(name: string): string {
  const roots = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const root of roots) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(`${root}/${name}/package.json`, 'utf8'));
      if (typeof manifest === 'object' && manifest && 'version' in manifest) return String(manifest.version);
    } catch {
      // not in this folder
    }
  }
  return 'not installed';
}
