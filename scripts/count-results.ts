// Adds up vitest's JSON reports: `count-results.ts FOLDER FAILED_STEPS`. The last line is for CI; a step that failed
// without a failed test (lint, types, install) counts as one failure.
import { globSync, readFileSync } from 'node:fs';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numFailedTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const [folder = '.cache/results', failedSteps = '0'] = process.argv.slice(2);
const files = globSync(`${folder}/*.json`);
// Written by vitest's own reporter a moment ago.
const reports = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report);
const sum = (of: (report: Report) => number) => reports.reduce((total, report) => total + of(report), 0);

for (const { testResults } of reports) {
  for (const { assertionResults } of testResults) {
    for (const { status, fullName } of assertionResults) if (status === 'failed') console.log(`FAILED ${fullName}`);
    for (const { status, fullName } of assertionResults) if (status === 'pending') console.log(`skipped ${fullName}`);
  }
}
const failedTests = sum(({ numFailedTests }) => numFailedTests);
const failed = failedTests === 0 ? Number(failedSteps) : failedTests;
const noReport = files.length === 0 ? 1 : 0;
console.log(
  `${sum(({ numPassedTests }) => numPassedTests)} passed, ${failed + noReport} failed, ${sum(({ numPendingTests }) => numPendingTests)} skipped`,
);
if (failed + noReport > 0) process.exitCode = 1;
