/**
 * Puts each mutant of the catalogue into the product, in memory, and expects the tests that it names to fail.
 *
 *     npm run mutants                 all of them; exit code 1 when one survives
 *     npm run mutants -- NAME...      only these
 *     npm run mutants -- --list
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { MUTANTS } from '../packages/server/test/mutants/catalogue.ts';
import type { Mutant } from '../packages/server/test/mutants/mutant.ts';
import { findMutant } from '../packages/server/test/mutants/mutate.ts';

interface Outcome {
  readonly mutant: Mutant;
  /** the tests failed, as they should */
  readonly isDead: boolean;
  readonly seconds: number;
  /** what the tests printed; shown when they did not do what they should */
  readonly output: string;
}

const AT_ONCE = 2;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { list: { type: 'boolean', default: false } },
});
if (values.list) for (const { name, what } of MUTANTS) console.log(`${name.padEnd(36)} ${what}`);
else await main(positionals.length > 0 ? positionals.map((name) => findMutant(MUTANTS, name)) : MUTANTS);

async function main(mutants: readonly Mutant[]): Promise<void> {
  const startedAt = performance.now();
  const waiting = [...mutants];
  const outcomes: Outcome[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const outcome = await run(next);
      outcomes.push(outcome);
      const { isDead, mutant, seconds } = outcome;
      console.log(
        `${isDead ? 'dead    ' : 'SURVIVED'} ${mutant.name.padEnd(36)} ${mutant.rules.join(', ').padEnd(14)} ${path.basename(mutant.test)} ${seconds.toFixed(1)} s`,
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const survivors = outcomes.filter(({ isDead }) => !isDead);
  for (const { mutant, output } of survivors) console.log(`\n${mutant.name} survived:\n${output}`);
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(`${outcomes.length - survivors.length} of ${outcomes.length} mutants are dead, ${seconds.toFixed(0)} s`);
  writeResults(outcomes);
  if (survivors.length > 0) process.exitCode = 1;
}

function run(mutant: Mutant): Promise<Outcome> {
  const startedAt = performance.now();
  const named = mutant.named === undefined ? [] : ['-t', mutant.named];
  const args = ['run', '--config', 'vitest.mutants.config.ts', mutant.test, ...named];
  const child = spawn('vitest', args, {
    env: { ...process.env, OVATION_MUTANT: mutant.name, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  return new Promise((resolve) => {
    child.once('close', (code) => {
      const text = Buffer.concat(output).toString();
      // A mutant that cannot be put in, or a file that cannot be read, is no dead mutant: a test must have failed.
      const isDead = code !== 0 && /Tests\s+[^\n]*\d+ failed/.test(text);
      resolve({ mutant, isDead, seconds: (performance.now() - startedAt) / 1_000, output: text });
    });
  });
}

/** In the shape that scripts/count-results.ts adds up: a dead mutant is a passed test. */
function writeResults(outcomes: readonly Outcome[]): void {
  const folder = process.env['OVATION_TEST_RESULTS'];
  if (folder === undefined) return;
  const assertionResults = outcomes.map(({ isDead, mutant }) => ({
    status: isDead ? 'passed' : 'failed',
    fullName: `mutant ${mutant.name} is noticed`,
  }));
  const numFailedTests = outcomes.filter(({ isDead }) => !isDead).length;
  const report = {
    numPassedTests: outcomes.length - numFailedTests,
    numFailedTests,
    numPendingTests: 0,
    testResults: [{ name: 'mutants', status: numFailedTests > 0 ? 'failed' : 'passed', assertionResults }],
  };
  writeFileSync(path.join(folder, 'mutants.json'), JSON.stringify(report));
}
