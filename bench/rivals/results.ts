import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { printMachine } from '../machine.ts';

interface GatewayOptions {
  readonly clients: number;
  readonly repeats: number;
  /** of each measurement */
  readonly seconds: number;
}

/** One line of the table at the end. */
export interface Result {
  readonly what: string;
  readonly figure: string;
  /** as a sentence; without one the figure is only for information */
  readonly bar?: string;
  readonly holds?: boolean;
}

export type GatewayBench = (options: GatewayOptions) => Promise<readonly Result[]>;

/** The bars are for this many. */
const BAR_CLIENTS = 10_000;
/** Files and pipes of a process besides its sockets. */
const OTHER_FILES = 200;

/** Runs benchmarks one after the other and ends with one table. Sets the exit code when a bar does not hold. */
export async function runGatewayBenches(benches: readonly GatewayBench[]): Promise<void> {
  const { values } = parseArgs({
    options: {
      clients: { type: 'string', default: String(BAR_CLIENTS) },
      repeats: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '3' },
    },
  });
  const options = {
    clients: Number(values.clients),
    repeats: Number(values.repeats),
    seconds: Number(values.seconds),
  };
  if (!hasRoomFor(options.clients)) return;
  printMachine(['ws', 'lmdb', '@electric-sql/pglite']);
  console.log(`rival     ${rivalVersion() ?? 'Socket.IO is not installed; bench/rivals/README.md says how'}`);
  console.log(`run       ${options.clients} clients, ${options.repeats} repeats of ${options.seconds} s`);
  console.log('          server on core 0, load on core 1, loopback, no TLS');
  const startedAt = performance.now();
  const results: Result[] = [];
  for (const bench of benches) results.push(...(await bench(options)));
  console.log(`\ntook ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  printTable(results, options.clients);
}

/** Whether Socket.IO can take part. */
export function rivalVersion(): string | undefined {
  try {
    const manifest = readFileSync(new URL('node_modules/socket.io/package.json', import.meta.url), 'utf8');
    return `Socket.IO ${(JSON.parse(manifest) as { version: string }).version}`;
  } catch {
    return undefined;
  }
}

export function thousands(value: number): string {
  return value >= 1e6 ? `${(value / 1e6).toFixed(2)} M` : `${(value / 1e3).toFixed(1)} k`;
}

function printTable(results: readonly Result[], clients: number): void {
  const isFull = clients >= BAR_CLIENTS;
  const verdict = ({ holds }: Result) => (holds === undefined ? '' : holds ? 'holds' : 'DOES NOT HOLD');
  const rows = [
    ['what', 'figure', 'bar', ''],
    ...results.map((result) => [result.what, result.figure, result.bar ?? '', verdict(result)]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  console.log();
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  if (!isFull) console.log(`\nThe bars are for ${BAR_CLIENTS} clients: this run decides nothing.`);
  if (isFull && results.some(({ holds }) => holds === false)) process.exitCode = 1;
}

/** Node raises its own limit as far as it may; the rest is the shell's. */
function hasRoomFor(clients: number): boolean {
  const hard = Number(/Max open files\s+\d+\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Infinity);
  if (hard >= clients + OTHER_FILES) return true;
  console.error(`${clients} clients need ${clients + OTHER_FILES} open files a process, and the limit is ${hard}.`);
  console.error(`Raise it (ulimit -Hn, or LimitNOFILE=), or measure fewer: --clients ${hard - OTHER_FILES}`);
  process.exitCode = 2;
  return false;
}
