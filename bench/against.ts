/**
 * A benchmark of this checkout beside the same one of an earlier commit, in turns: what the machine does meanwhile hits
 * both sides. Prints every run and the ratio of the medians; above 1 this checkout is better.
 *
 *     node bench/against.ts start --base REV [--runs 9] [--bar 0.95] [-- OPTIONS OF THE BENCHMARK]
 *
 * The other side is a worktree under .cache/against with packages of its own. Packages are linked from this checkout when
 * the lock files are equal, else `npm ci` installs them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { median, printMachine } from './machine.ts';

interface Figure {
  readonly what: string;
  /** its first group is the number; of several lines the median counts */
  readonly pattern: RegExp;
  readonly better: 'less' | 'more';
}

/** What is read out of the lines of each benchmark. */
const FIGURES: Readonly<Record<string, readonly Figure[]>> = {
  start: [
    { what: 'first start, ms', pattern: /first (\d+) ms/g, better: 'less' },
    { what: 'warm start, ms', pattern: /warm (\d+) ms/g, better: 'less' },
    { what: 'RSS, MB', pattern: /RSS (\d+) MB/g, better: 'less' },
  ],
  'digest-intake': [{ what: 'records/s and core', pattern: /the whole analyzer\s+([\d,]+) records/g, better: 'more' }],
  gateway: [
    { what: 'fan-out, deliveries/CPU-s', pattern: /repeat \d+, ovation: ([\d.]+ [kM]) a CPU/g, better: 'more' },
    { what: 'ten in a frame, /CPU-s', pattern: /repeat \d+, ovation,[^:]*: ([\d.]+ [kM]) a CPU/g, better: 'more' },
    { what: 'full room, cores', pattern: /room .*Hz, ([\d.]+) of a core/g, better: 'less' },
    { what: 'full room, p99 ms', pattern: /room .*Hz, .*p99 (\d+) ms/g, better: 'less' },
    { what: 'intake, frames/CPU-s', pattern: /repeat \d+, ovation: ([\d.]+ [kM]) frames/g, better: 'more' },
    { what: 'reconnect, ms', pattern: /fresh process: (\d+) ms/g, better: 'less' },
  ],
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    base: { type: 'string' },
    runs: { type: 'string', default: '9' },
    bar: { type: 'string', default: '0.95' },
  },
});
const [bench = '', ...options] = positionals;
const figures = FIGURES[bench];
if (!figures || values.base === undefined) {
  console.error(`Name one of ${Object.keys(FIGURES).join(', ')} and a commit: against start --base HEAD~10`);
  process.exitCode = 2;
} else {
  printMachine(['fastify', 'lmdb', 'ws']);
  const sides = { base: prepareBase(values.base), here: process.cwd() };
  compare(sides, Number(values.runs), figures);
}

function compare(sides: { base: string; here: string }, runs: number, wanted: readonly Figure[]): void {
  const seen = { base: wanted.map((): number[] => []), here: wanted.map((): number[] => []) };
  for (let run = 1; run <= runs; run += 1) {
    // The order changes from run to run, so that neither side is always the one that warms the machine up.
    for (const side of run % 2 === 0 ? (['here', 'base'] as const) : (['base', 'here'] as const)) {
      const numbers = measure(sides[side], wanted);
      for (const [index, number] of numbers.entries()) seen[side][index]?.push(number);
      console.log(`run ${run}, ${side}: ${wanted.map(({ what }, i) => `${what} ${numbers[i]}`).join('; ')}`);
    }
  }
  for (const [index, { better, what }] of wanted.entries()) {
    const [base = [], here = []] = [seen.base[index], seen.here[index]];
    const ratios = here.map((number, run) => ratioOf(base[run] ?? Number.NaN, number, better));
    const middle = ratioOf(median(base), median(here), better);
    const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
    const holds = middle >= Number(values.bar);
    console.log(
      `${what}: base ${median(base)}, here ${median(here)}, ratio ${middle.toFixed(3)} (${range}), bar ${values.bar}: ${holds ? 'holds' : 'DOES NOT HOLD'}`,
    );
    if (!holds) process.exitCode = 1;
  }
}

function ratioOf(base: number, here: number, better: Figure['better']): number {
  return better === 'more' ? here / base : base / here;
}

function measure(cwd: string, wanted: readonly Figure[]): number[] {
  const { stdout } = spawnSync(process.execPath, [`bench/${bench}.ts`, ...options], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return wanted.map(({ pattern, what }) => {
    const found = [...stdout.matchAll(pattern)].map(([, text = '']) => numberOf(text));
    if (found.length === 0) throw new Error(`${bench} in ${cwd} printed no ${what}:\n${stdout}`);
    return median(found);
  });
}

/** `1,234`, `96.5 k` or `1.07 M` */
function numberOf(text: string): number {
  const [digits = '', unit] = text.replaceAll(',', '').split(' ');
  return Number(digits) * (unit === 'M' ? 1e6 : unit === 'k' ? 1e3 : 1);
}

function prepareBase(revision: string): string {
  const commit = git('rev-parse', '--short', revision);
  const folder = path.resolve('.cache/against', commit);
  if (!existsSync(folder)) git('worktree', 'add', '--detach', folder, commit);
  if (existsSync(path.join(folder, 'node_modules'))) return folder;
  const isSame =
    readFileSync('package-lock.json', 'utf8') === readFileSync(path.join(folder, 'package-lock.json'), 'utf8');
  if (isSame) {
    execFileSync('cp', ['-al', 'node_modules', path.join(folder, 'node_modules')]);
    for (const built of ['packages/web/dist', 'packages/server/build']) {
      cpSync(built, path.join(folder, built), { recursive: true });
    }
  } else execFileSync('npm', ['ci'], { cwd: folder, stdio: 'inherit' });
  return folder;
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}
