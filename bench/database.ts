/**
 * The embedded database: how fast it opens, what it holds in memory, and what it takes in.
 *
 *     node bench/database.ts [--repeats 3] [--seconds 2]
 *
 * Every opening is a process of its own, measured inside from before the import of the adapter; with feed migrations.
 * Memory is the resident set of that process some seconds after the opening. Nothing here has a bar of its own: the
 * bars of the whole server's start and memory are in bench/start.ts.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Database } from '../packages/server/src/ports/database.ts';
import { median, printMachine } from './machine.ts';

const { values: options } = parseArgs({
  options: {
    repeats: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '2' },
    open: { type: 'string' },
    template: { type: 'string' },
    load: { type: 'boolean', default: false },
  },
});
const runMs = Number(options.seconds) * 1_000;
const REST_MS = 5_000;

interface Opening {
  readonly openMs: number;
  readonly closeMs: number;
  readonly rssMb: number;
  readonly rates: Record<string, number>;
}

/** A type: `withTables` asks for an index signature. */
type Tables = { bench: { id: number; text: string } };

const loads: Record<string, (database: Database, n: number) => Promise<unknown>> = {
  'single inserts': (database, n) =>
    tableOf(database)
      .insertInto('bench')
      .values({ id: n, text: 'x'.repeat(200) })
      .execute(),
  'selects by key': (database, n) =>
    tableOf(database)
      .selectFrom('bench')
      .selectAll()
      .where('id', '=', n % 100)
      .execute(),
  'units with one feed entry': (database, n) =>
    database.unitOfWork(async (uow) => {
      uow.appendFeed({ feed: `room:${n % 3}`, key: String(n), body: { text: 'x'.repeat(200) } });
    }),
};

function tableOf(database: Database) {
  return database.sql.withTables<Tables>();
}

/** Runs in the child: opens, rests, loads when asked, closes, and prints its figures as JSON. */
async function measureOpening(folder: string): Promise<Opening> {
  const startedAt = performance.now();
  const { openPgliteDatabase } = await import('../packages/server/src/adapters/pglite/database.ts');
  const { createSystemClock } = await import('../packages/server/src/adapters/system/clock.ts');
  const { feedMigrations } = await import('../packages/server/src/modules/feeds/index.ts');
  const { silentLogger } = await import('../packages/server/src/telemetry/logger.ts');
  const table = { name: 'bench-001', up: 'create table bench (id int primary key, text text)' };
  const database = await openPgliteDatabase({
    folder,
    migrations: [...feedMigrations, table],
    clock: createSystemClock(),
    logger: silentLogger(),
    ...(options.template === undefined ? {} : { templateFile: options.template }),
  });
  const openMs = performance.now() - startedAt;
  if (!options.load) await new Promise((wake) => setTimeout(wake, REST_MS));
  const rssMb = process.memoryUsage().rss / 1e6;
  const rates = options.load ? await measureLoads(database) : {};
  const closedAt = performance.now();
  await database[Symbol.asyncDispose]();
  return { openMs, closeMs: performance.now() - closedAt, rssMb, rates };
}

async function measureLoads(database: Database): Promise<Record<string, number>> {
  const rates: Record<string, number> = {};
  let n = 0;
  for (const [name, act] of Object.entries(loads)) {
    for (const atOnce of [1, 20]) {
      const startedAt = performance.now();
      let done = 0;
      const go = async () => {
        for (; performance.now() - startedAt < runMs; done += 1) await act(database, (n += 1));
      };
      await Promise.all(Array.from({ length: atOnce }, go));
      rates[`${name}, ${atOnce} at a time`] = done / ((performance.now() - startedAt) / 1_000);
    }
  }
  return rates;
}

function openInChild(folder: string, ...flags: string[]): Opening {
  const script = import.meta.filename;
  const args = [script, '--open', folder, '--seconds', options.seconds, ...flags];
  const { stdout, status } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`The measured process ended with ${status}`);
  // The child is this file; it prints one Opening.
  return JSON.parse(stdout) as Opening;
}

async function measureAll(cache: string): Promise<void> {
  const results = new Map<string, number[]>();
  const note = (name: string, value: number) => results.set(name, [...(results.get(name) ?? []), value]);
  for (let repeat = 0; repeat < Number(options.repeats); repeat += 1) {
    const folder = await mkdtemp(join(cache, 'bench-database-'));
    const db = join(folder, 'db');
    const openings = {
      'first start, no template': openInChild(join(folder, 'bare', 'db'), '--template', '/nowhere'),
      'first start, template': openInChild(db),
      'warm start': openInChild(db),
    };
    for (const [name, { openMs, closeMs, rssMb }] of Object.entries(openings)) {
      note(`${name}: open, ms`, openMs);
      note(`${name}: close, ms`, closeMs);
      note(`${name}: RSS after ${REST_MS / 1_000} s, MB`, rssMb);
    }
    const { rates, rssMb } = openInChild(db, '--load');
    note('warm start: RSS at once, MB', rssMb);
    for (const [name, rate] of Object.entries(rates)) note(`${name}, per s`, rate);
    await rm(folder, { recursive: true });
  }
  for (const [name, values] of results) {
    const each = values.map((value) => value.toFixed(0)).join(' ');
    console.log(`${name.padEnd(46)} median ${median(values).toFixed(0).padStart(6)}   (${each})`);
  }
}

if (options.open === undefined) {
  const cache = resolve(import.meta.dirname, '../.cache');
  await mkdir(cache, { recursive: true });
  printMachine(['@electric-sql/pglite', 'kysely']);
  await measureAll(cache);
} else {
  console.log(JSON.stringify(await measureOpening(options.open)));
}
