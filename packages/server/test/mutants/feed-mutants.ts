import type { Mutant } from './mutant.ts';

const FEEDS = 'packages/server/src/modules/feeds';
const SQL = 'packages/server/src/adapters/sql';
const APPEND = `${SQL}/feed-append.slow.test.ts`;
const LEASE = `${FEEDS}/lease.slow.test.ts`;
/** The text of the SQL function `feed_append`. */
const FUNCTION = `${SQL}/feed-append.ts`;
const UNITS = `${SQL}/units-of-work.ts`;
const RELAY = `${FEEDS}/relay-outbox.ts`;

/** Mutants of appending to feeds, and of the outbox. */
export const FEED_MUTANTS: readonly Mutant[] = [
  {
    name: 'acknowledged-before-commit',
    what: 'let a unit of work succeed before its COMMIT',
    rules: ['B3.2'],
    edits: [
      {
        file: UNITS,
        find: 'const rows = await committing;',
        replace: 'committing.catch(() => undefined);\n      return result;\n      const rows = await committing;',
      },
    ],
    test: APPEND,
    named: 'a unit of work whose COMMIT fails is not acknowledged',
  },
  {
    name: 'feed-keys-not-skipped',
    what: 'append an entry although its feed has the key',
    rules: ['row 7', 'B3.1'],
    edits: [
      {
        file: FUNCTION,
        find: 'where not exists (select 1 from entries n where n.feed = o.feed and n.key = o.key)',
        replace: '',
      },
    ],
    test: APPEND,
    named: 'feed_append skips known keys',
  },
  {
    name: 'feed-rows-in-call-order',
    what: 'make rows of feeds in the order of the calls',
    rules: ['row 8', 'B3.1'],
    edits: [
      {
        file: FUNCTION,
        find: 'select distinct e.feed, 0 from json_to_recordset(p_entries) e (feed text) order by e.feed',
        replace: 'select e.feed, 0 from json_to_recordset(p_entries) e (feed text)',
      },
    ],
    test: APPEND,
    named: 'feed_append skips known keys',
  },
  {
    name: 'feed-locks-in-call-order',
    what: 'lock feeds in the order of the calls',
    rules: ['row 8', 'B3.1'],
    edits: [{ file: FUNCTION, find: 'order by f.feed for update', replace: 'for update' }],
    test: APPEND,
    named: 'feed_append skips known keys',
  },
  {
    name: 'feed-head-not-locked',
    what: 'number entries from a head that another transaction may be raising',
    rules: ['B3.1'],
    edits: [{ file: FUNCTION, find: 'order by f.feed for update', replace: 'order by f.feed' }],
    test: APPEND,
    named: 'feed_append skips known keys',
  },
  {
    name: 'entries-without-outbox',
    what: 'leave it to the process to hand an entry to the log after COMMIT',
    rules: ['B3.1'],
    edits: [
      {
        file: FUNCTION,
        find: 'n.seq, n.body from numbered n order by n.place',
        replace: 'n.seq, n.body from numbered n where false',
      },
    ],
    test: APPEND,
    named: 'feed_append skips known keys',
  },
  {
    name: 'relay-deletes-before-append',
    what: 'take rows out of the outbox before the log has them',
    rules: ['row 6', 'B3.2'],
    edits: [
      {
        file: RELAY,
        find: 'await appendRows(this.#parts, topic, rows);',
        replace: 'await deleteRows(database, rows);\n    await appendRows(this.#parts, topic, rows);',
      },
    ],
    test: `${FEEDS}/relay-death.slow.test.ts`,
  },
  {
    name: 'relay-by-cursor',
    what: 'read the outbox from where it was read last',
    rules: ['row 6', 'B3.2'],
    edits: [
      {
        file: RELAY,
        find: 'const rows = await readFront(database, BATCH);',
        replace: `const rows = (await readFront(database, BATCH)).filter(({ id }) => id > (this.cursor ?? 0));
    this.cursor = rows.at(-1)?.id ?? this.cursor;`,
      },
    ],
    test: LEASE,
    named: 'a row that becomes visible after later ones is relayed',
  },
  {
    name: 'relay-ignores-lease',
    what: 'relay whoever holds the lease',
    rules: ['row 6', 'B3.2'],
    edits: [
      {
        file: RELAY,
        find: 'if (!(await this.#lease.hold())) return false;',
        replace: 'await this.#lease.hold();',
      },
    ],
    test: LEASE,
    named: 'a relay leaves the outbox to the owner of the lease',
  },
  {
    name: 'lease-by-process-clock',
    what: 'judge by the own clock whether a lease has run out',
    rules: ['row 6', 'B3.2'],
    edits: [
      {
        file: `${FEEDS}/hold-lease.ts`,
        find: 'const now = sql`clock_timestamp()`;',
        replace: 'const now = sql`${new Date(askedAtMs)}::timestamptz`;',
      },
    ],
    test: LEASE,
    named: 'a relay leaves the outbox to the owner of the lease',
  },
  {
    name: 'gateway-tombstone-in-store-only',
    what: 'delete an entry in the store and tell no gateway',
    rules: ['row 16'],
    edits: [
      {
        file: `${FEEDS}/redact-entry.ts`,
        find: "uow.appendFeed({ feed, key: `del:${seq}`, body: { y: 'del', d: { seq, at } } });",
        replace: '',
      },
    ],
    test: `${FEEDS}/redact-told.slow.test.ts`,
  },
];
