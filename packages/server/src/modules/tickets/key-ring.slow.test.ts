import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { createMemoryDatabase } from '../../../test/support/memory-database.ts';
import { Tickets } from '../../gateway/doors/tickets.ts';
import type { Database } from '../../ports/database.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createTicketKeys, ticketMigrations } from './index.ts';

let database: Database;
beforeAll(async () => {
  database = await createMemoryDatabase(ticketMigrations);
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => sql`delete from ticket_keys`.execute(database.sql));

const clock = createManualClock();
const ring = () => createTicketKeys({ database, clock, logger: silentLogger() });
const body = { feeds: ['channel:demo'], exp: null, first: 'a-1', user: null, session: null };

/** Makes all keys that much older. */
async function age(seconds: number): Promise<void> {
  await sql`update ticket_keys set made_at = made_at - ${seconds}::int * interval '1 second'`.execute(database.sql);
}

async function count(): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ticket_keys`.execute(database.sql);
  return rows[0]?.n ?? 0;
}

it('gateways that open at once share one key and take the tickets of each other', async () => {
  const rings = [ring(), ring(), ring()];
  await Promise.all(rings.map((one) => one.open()));
  expect(await count()).toBe(1);
  const tickets = rings.map((keys) => new Tickets(keys, clock));
  const issued = tickets.map((one) => one.issue(body));
  for (const one of tickets)
    expect(issued.map((ticket) => one.read(ticket)?.feeds)).toEqual([
      ['channel:demo'],
      ['channel:demo'],
      ['channel:demo'],
    ]);
});

it('a new key signs only when every gateway has read it, and the old one still opens', async () => {
  const [one, other] = [ring(), ring()];
  await one.open();
  await other.open();
  const before = one.current.id;
  const ticket = new Tickets(one, clock).issue(body);
  expect(await one.rotate(0)).toBe(true);
  expect(one.current.id).toBe(before);
  await age(20);
  await one.open();
  expect(one.current.id).not.toBe(before);
  expect(new Tickets(one, clock).read(ticket)?.feeds).toEqual(['channel:demo']);
  await other.open();
  expect(new Tickets(other, clock).read(new Tickets(one, clock).issue(body))?.first).toBe('a-1');
});

it('is replaced once a day, and removed an hour after it was replaced', async () => {
  const keys = ring();
  await keys.open();
  expect([await keys.rotate(), await count()]).toEqual([false, 1]);
  await age(10 * 86_400);
  const old = keys.current.id;
  expect([await keys.rotate(), await count()]).toEqual([true, 2]);
  expect(keys.find(old)).toBeDefined();
  await age(3_601);
  expect([await keys.rotate(), await count()]).toEqual([false, 1]);
  expect(keys.find(old)).toBeUndefined();
});
