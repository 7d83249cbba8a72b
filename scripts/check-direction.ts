// Proves the one way of imports. Counts the modules it read against the files that exist: a checker that reads nothing
// finds nothing wrong.
import { globSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { directionRules } from './direction-rules.ts';

export interface DirectionReport {
  readonly read: number;
  readonly expected: number;
  /** `rule: from → to (why)` */
  readonly violations: readonly string[];
}

export async function checkDirection(baseDir: string): Promise<DirectionReport> {
  const expected = globSync('packages/*/src/**/*.{ts,tsx}', { cwd: baseDir });
  const { output } = await cruise(['packages'], {
    baseDir,
    validate: true,
    ruleSet: directionRules,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|build)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  });
  // Without an output type `cruise` answers the object; its declaration also allows a string.
  const result = output as ICruiseResult;
  const read = result.modules.filter(({ source }) => /^packages\/[^/]+\/src\/.*\.tsx?$/.test(source));
  const violations = result.summary.violations.map(
    ({ rule, from, to }) => `${rule.name}: ${from} → ${to} (${reasonOf(rule.name)})`,
  );
  return { read: read.length, expected: expected.length, violations };
}

function reasonOf(name: string): string {
  return directionRules.forbidden?.find((rule) => rule.name === name)?.comment ?? '';
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const report = await checkDirection(process.cwd());
  for (const violation of report.violations) console.error(violation);
  console.log(`${report.read} of ${report.expected} modules read, ${report.violations.length} violations`);
  if (report.violations.length > 0 || report.read !== report.expected) process.exitCode = 1;
}
