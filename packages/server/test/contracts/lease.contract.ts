import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { Lease } from '../../src/modules/feeds/index.ts';
import type { Database } from '../../src/ports/database.ts';
import { createManualClock } from '../support/manual-clock.ts';

/**
 * The product's only election, over any database.
 * @param open answers an empty database as two processes have it; the same twice where there is only one process
 */
export function describeLease(name: string, open: () => Promise<readonly [Database, Database]>): void {
  // By the test's own clock, which stands still: only the database's time counts.
  const leaseOf = (database: Database, owner: string, leaseMs?: number) =>
    new Lease({ database, clock: createManualClock(), name: 'test', owner, ...(leaseMs !== undefined && { leaseMs }) });
  const runOut = (database: Database) =>
    sql`update leases set expires_at = clock_timestamp() - interval '1 second'`.execute(database.sql);

  describe(`a lease over ${name}`, () => {
    it('is held by one of many that ask at once', async () => {
      const databases = await open();
      const leases = Array.from({ length: 20 }, (_, n) => leaseOf(databases[n % 2 === 0 ? 0 : 1], `owner-${n}`));
      const held = await Promise.all(leases.map((lease) => lease.hold()));
      expect(held.filter(Boolean)).toHaveLength(1);
    });

    it('is taken over when it has run out, with a higher fence', async () => {
      const [database, other] = await open();
      const [first, second] = [leaseOf(database, 'first'), leaseOf(other, 'second')];
      expect(await first.hold()).toBe(true);
      expect(await second.hold()).toBe(false);
      await runOut(database);
      expect(await second.hold()).toBe(true);
      const { rows } = await sql`select owner, fence from leases`.execute(database.sql);
      expect(rows).toEqual([{ owner: 'second', fence: 2 }]);
      expect(await leaseOf(database, 'first').hold()).toBe(false);
    });

    it('is given back, and taken at once', async () => {
      const [database, other] = await open();
      const first = leaseOf(database, 'first');
      await first.hold();
      await first.release();
      expect(await leaseOf(other, 'second').hold()).toBe(true);
    });

    it('lets only its holder act, and no holder of before', async () => {
      const [database, other] = await open();
      const [first, second] = [leaseOf(database, 'first'), leaseOf(other, 'second')];
      await first.hold();
      await database.unitOfWork((uow) => first.guard(uow));
      await expect(other.unitOfWork((uow) => second.guard(uow))).rejects.toThrow('another process');
      await runOut(database);
      await expect(database.unitOfWork((uow) => first.guard(uow))).rejects.toThrow('another process');
      await second.hold();
      await runOut(database);
      // The same owner again: what it began before the other one had it is over, too.
      const again = leaseOf(database, 'first');
      await again.hold();
      await expect(database.unitOfWork((uow) => first.guard(uow))).rejects.toThrow('another process');
      await database.unitOfWork((uow) => again.guard(uow));
    });
  });
}
