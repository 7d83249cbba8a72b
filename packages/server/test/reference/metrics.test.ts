import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startServer } from '../../../../test/server-process.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

const src = new URL('../../src/', import.meta.url);
const byName = (one: readonly unknown[], other: readonly unknown[]) => (String(one[0]) < String(other[0]) ? -1 : 1);

/** Name, kind, labels and help of every metric: what each `metrics.ts` declares, and what all parts share. */
async function declared(): Promise<string[][]> {
  const metrics = createMetrics();
  for (const file of globSync('{gateway,shared-cache,stream,modules/*}/metrics.ts', { cwd: src })) {
    const part = (await import(new URL(file, src).href)) as Record<string, (all: typeof metrics) => unknown>;
    for (const declare of Object.values(part)) declare(metrics);
  }
  return (await metrics.registry.getMetricsAsJSON()).map(({ help, name, type }) => {
    const metric: object = metrics.registry.getSingleMetric(name) ?? {};
    // prom-client keeps the labels on the object but not in its types.
    const labels: unknown = Reflect.get(metric, 'labelNames');
    return [name, String(type), Array.isArray(labels) && labels.length > 0 ? labels.join(', ') : '–', help];
  });
}

it('of metrics lists what the server exports', async () => {
  const page = await readFile(new URL('../../../docs/reference/metrics.md', src), 'utf8');
  const listed = [...page.matchAll(/^\| `(\w+)` \| (\w+) \| ([^|]+) \| ([^|]+) \|$/gm)].map((row) =>
    row.slice(1).map((cell) => cell.replaceAll('`', '')),
  );
  expect(listed.toSorted(byName)).toEqual((await declared()).toSorted(byName));
  expect(listed.length).toBeGreaterThan(10);
});

it('a server exports every metric from its start', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-metrics-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await using server = await startServer({ OVATION_DATA_DIR: folder, OVATION_SIMULATOR: 'off' });
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const exported = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name);
  expect(exported.toSorted()).toEqual((await declared()).map(([name = '']) => name).toSorted());
});
