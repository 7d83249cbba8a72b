// `npm run test:cluster`: starts Kafka, Redis, PostgreSQL and an S3 store (or takes those that OVATION_TEST_*_URL name), runs
// the tests of the adapters over them, then the black-box tests once for each layout of processes. A difference between the
// layouts is a failure (S1-20). Ends everything that it started. A pattern as argument runs the tests of adapters that match.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openEngines } from '../packages/server/test/services/engine-list.ts';
import { LAYOUTS } from '../test/layouts/layout.ts';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const results = path.resolve(process.env['OVATION_TEST_RESULTS'] ?? '.cache/results-cluster');
mkdirSync(results, { recursive: true });
let isAsked = false;
// The suite that runs hears the signal as well and ends; nothing else is started, and the engines are ended below.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (isAsked = true));
try {
  await using engines = await openEngines();
  const environment = Object.fromEntries(engines.list.map(({ address, spec }) => [spec.variable, address]));
  const patterns = process.argv.slice(2);
  await run('vitest.cluster.config.ts', environment, patterns);
  if (patterns.length === 0) await compareLayouts(environment);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function run(
  config: string,
  environment: Record<string, string>,
  patterns: readonly string[] = [],
): Promise<void> {
  if (isAsked) throw new Error('Asked to stop');
  const env = { ...process.env, ...environment, OVATION_TEST_RESULTS: results };
  const child = spawn('vitest', ['run', '--config', config, ...patterns], { stdio: 'inherit', env });
  await once(child, 'close');
  if (child.exitCode !== 0) process.exitCode = 1;
}

async function compareLayouts(environment: Record<string, string>): Promise<void> {
  const counts: (Counts & { readonly layout: string })[] = [];
  for (const layout of LAYOUTS) {
    await run('vitest.layouts.config.ts', { ...environment, OVATION_TEST_LAYOUT: layout });
    counts.push({ layout, ...countsOf(`${results}/layout-${layout}.json`) });
  }
  console.log('\nThe same black-box tests in each layout:');
  for (const { failed, layout, passed, skipped } of counts) {
    console.log(`  ${layout.padEnd(9)} ${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
  const [first, ...others] = counts;
  const isEqual = others.every((one) => one.passed === first?.passed && one.skipped === first.skipped);
  console.log(isEqual ? '  equal' : '  NOT EQUAL');
  if (!isEqual || counts.some(({ failed, passed }) => failed > 0 || passed === 0)) process.exitCode = 1;
}

function countsOf(file: string): Counts {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  // Written by vitest's own reporter a moment ago.
  const report = JSON.parse(readFileSync(file, 'utf8')) as Record<`num${string}Tests`, number>;
  const { numFailedTests = 0, numPassedTests = 0, numPendingTests = 0 } = report;
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
}
