// Adds up vitest's JSON reports: `count-results.ts FOLDER [FAILED_STEP ...]`. The last line is for CI. What failed without
// a failed test counts as one failure: a step (lint, types, install), a file that broke before its tests ran, a suite that
// left no report because it crashed.
import { readFileSync } from 'node:fs';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** The steps of `.ci/run` that leave a report, and its name. */
const SUITES = [
  ['tests', 'unit'],
  ['mutants', 'mutants'],
  ['browser tests', 'browser'],
  ['cluster tests', 'cluster'],
  ['cluster tests', 'layout-embedded'],
  ['cluster tests', 'layout-services'],
  ['cluster tests', 'layout-five'],
] as const;

const [folder = '.cache/results', ...failedSteps] = process.argv.slice(2);
const sums = { passed: 0, failed: 0, skipped: 0 };

for (const [step, suite] of SUITES) {
  const report = readReport(suite);
  const failed = report ? failuresOf(report) : [`the suite ${suite}: it left no report`];
  if (report && failed.length === 0 && failedSteps.includes(step))
    failed.push(`step ${step}, though no test of it did`);
  for (const what of failed) console.log(`FAILED ${what}`);
  for (const name of report ? namesOf(report, ['pending', 'skipped', 'todo']) : []) console.log(`skipped ${name}`);
  sums.passed += report?.numPassedTests ?? 0;
  sums.skipped += report?.numPendingTests ?? 0;
  sums.failed += failed.length;
}
const stepsWithSuite = new Set<string>(SUITES.map(([step]) => step));
for (const step of failedSteps.filter((one) => !stepsWithSuite.has(one))) {
  console.log(`FAILED step ${step}`);
  sums.failed += 1;
}
console.log(`${sums.passed} passed, ${sums.failed} failed, ${sums.skipped} skipped`);
if (sums.failed > 0) process.exitCode = 1;

function readReport(suite: string): Report | undefined {
  try {
    // Written by vitest's own reporter a moment ago.
    return JSON.parse(readFileSync(`${folder}/${suite}.json`, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}

/** Failed tests, and files that failed without one: they did not load, or a hook of theirs broke. */
function failuresOf(report: Report): string[] {
  const broken = report.testResults.filter(
    ({ assertionResults, status }) => status === 'failed' && assertionResults.every((one) => one.status !== 'failed'),
  );
  const failed = [...namesOf(report, ['failed']), ...broken.map(({ name }) => name)];
  const unnamed = Math.max(0, report.numFailedTests - failed.length);
  return [...failed, ...Array.from({ length: unnamed }, () => 'a test that its report does not name')];
}

function namesOf({ testResults }: Report, statuses: readonly string[]): string[] {
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  return all.filter(({ status }) => statuses.includes(status)).map(({ fullName }) => fullName);
}
