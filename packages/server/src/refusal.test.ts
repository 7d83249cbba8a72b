import { ERRORS } from '@ovation/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DATABASE_CODES, DatabaseError } from './adapters/sql/failure.ts';
import { EventLogError } from './ports/event-log.ts';
import { Problem } from './problem.ts';
import { refusalOf, storeOrSetAside } from './refusal.ts';

const database = (code?: string) => new DatabaseError({ message: 'no', ...(code !== undefined && { code }) });

it('data that are refused are told from outages by what the storage says', () => {
  const detail = 'U+0000 cannot be converted to text.';
  const refused = [
    new DatabaseError({ message: 'unsupported Unicode escape sequence', code: '22P05', detail }),
    ...[
      '21000',
      DATABASE_CODES.badValue,
      '22001',
      '22003',
      DATABASE_CODES.badText,
      '22P02',
      '23502',
      '23505',
      '54001',
    ].map(database),
    new EventLogError('too_large', 'A record is too large'),
    new EventLogError('unknown_topic', 'There is no such topic'),
    new Problem(ERRORS.validation),
    new RangeError('Invalid time value'),
  ];
  expect(refused.map(refusalOf)).not.toContain(undefined);
  expect(refusalOf(refused[0])).toBe(`unsupported Unicode escape sequence: ${detail} (22P05)`);
  const outages = [
    ...['08006', '25P03', '40001', '40P01', '42601', '53100', '53300', '57P01', '57014', 'XX000'].map(database),
    ...[undefined, DATABASE_CODES.stopped, DATABASE_CODES.misuse].map(database),
    new EventLogError('unavailable', 'The log is down'),
    new EventLogError('disk_full', 'No space left'),
    new TypeError('Cannot read properties of undefined'),
    new Error('down'),
    'text',
  ];
  expect(outages.map(refusalOf)).toEqual(outages.map(() => undefined));
});

it('all that is taken is stored in order, and each refused one is set aside once (generated)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ n: fc.nat(), isBad: fc.boolean() })), async (items) => {
      const stored: unknown[] = [];
      const aside: unknown[] = [];
      const store = async (some: readonly { isBad: boolean }[]) => {
        if (some.some(({ isBad }) => isBad)) throw database('22P05');
        stored.push(...some);
      };
      await storeOrSetAside(items, store, async (one, cause) => aside.push([one, cause]));
      expect(stored).toEqual(items.filter(({ isBad }) => !isBad));
      expect(aside).toEqual(items.filter(({ isBad }) => isBad).map((one) => [one, 'no (22P05)']));
    }),
  );
});

it('an outage sets nothing aside', async () => {
  const store = () => Promise.reject(database('08006'));
  const setAside = () => Promise.reject(new Error('set aside'));
  await expect(storeOrSetAside([1, 2], store, setAside)).rejects.toMatchObject({ code: '08006' });
});
