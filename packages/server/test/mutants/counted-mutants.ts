import type { Mutant } from './mutant.ts';

const LIFE = 'packages/server/src/stream/partition-life.slow.test.ts';
const BOOKS = 'packages/server/src/modules/reactions/accounting.test.ts';
const RUN = 'packages/server/src/stream/analyze-partition.ts';
const QUEUE = 'packages/server/src/modules/reactions/partition-queue.ts';
const ITEMS = 'packages/server/src/modules/reactions/append-items.ts';

/** Where a partition's records are sent. */
const SEND = 'retry(() => eventLog.append(TOPICS.activity, records), {';

/** Mutants of the way into the log, and of a partition's life. */
export const COUNTED_MUTANTS: readonly Mutant[] = [
  {
    name: 'no-ticks',
    what: 'let a quiet log stand, so that its windows stay open',
    rules: ['row 17', 'B1.4'],
    edits: [
      {
        file: 'packages/server/src/stream/write-ticks.ts',
        find: 'if (!isWaiting || isWriting ||',
        replace: 'if (true || isWriting ||',
      },
    ],
    test: LIFE,
    named: 'a silent partition with an open window gets ticks',
  },
  {
    name: 'missing-records-unsaid',
    what: 'go on behind missing records without a word',
    rules: ['B4.4'],
    edits: [{ file: RUN, find: 'if (from === undefined || !first) return;', replace: 'return;' }],
    test: LIFE,
    named: 'missing records are written down',
  },
  {
    name: 'no-snapshot-at-the-end',
    what: 'stop in good order without a snapshot',
    rules: ['B4.5'],
    edits: [{ file: RUN, find: '  await run.snapshot();', replace: '' }],
    test: LIFE,
    named: 'leaves a snapshot of all that was applied',
  },
  {
    name: 'bridge-numbers-anew',
    what: 'give copies of raw records numbers of their own',
    rules: ['row 2', 'B1.1'],
    edits: [
      {
        file: 'packages/server/src/stream/bridge.ts',
        find: 'src: `${record.topic}/${record.partition}`,',
        replace: 'src: String(Math.random()),',
      },
    ],
    test: LIFE,
    named: 'a raw record that is copied twice has one source and number',
  },
  {
    name: 'resend-renumbered',
    what: 'give a record a new number when it is sent again',
    rules: ['row 13', 'B1.1'],
    edits: [
      {
        file: QUEUE,
        find: SEND,
        replace: `let attempts = 0;
    const renumber = (record) => {
      this.#nextSeq += 1;
      return { ...record, value: record.value.replace(/"seq":\\d+/, '"seq":' + (this.#nextSeq - 1)) };
    };
    retry(() => eventLog.append(TOPICS.activity, attempts++ === 0 ? records : records.map(renumber)), {`,
      },
    ],
    test: BOOKS,
    named: 'accepted = in the log once',
  },
  {
    name: 'several-in-flight',
    what: 'send the next records before the log has answered for those before',
    rules: ['B1.1'],
    edits: [
      { file: QUEUE, find: 'if (this.#inFlight.length === 0) this.#send();', replace: 'this.#send();' },
      {
        file: QUEUE,
        find: SEND,
        replace: `const batch = this.#inFlight.splice(0);
    const beside = () =>
      eventLog.append(TOPICS.activity, records).then(
        () => batch.forEach((record) => record.settled?.(undefined)),
        () => clock.after(100, beside),
      );
    return void beside();
    retry(() => eventLog.append(TOPICS.activity, records), {`,
      },
    ],
    test: BOOKS,
    named: 'records reach the log in the order of their numbers',
  },
  {
    name: 'slots-cross-seconds',
    what: 'collect digests in slots that do not end with a second',
    rules: ['B1.2'],
    edits: [
      {
        file: 'packages/server/src/modules/reactions/digest-slot.ts',
        find: 'export const SLOT_MS = 100;',
        replace: 'export const SLOT_MS = 700;',
      },
    ],
    test: BOOKS,
    named: 'no digest holds reactions of two seconds',
  },
  {
    name: 'batch-without-ids',
    what: 'write an HTTP batch without its ids',
    rules: ['row 13', 'B1.3'],
    edits: [
      {
        file: ITEMS,
        find: "value: JSON.stringify({ k: 'i', src, seq, ch, items }),",
        replace: "value: JSON.stringify({ k: 'i', src, seq, ch, items: items.map(({ id: _id, ...item }) => item) }),",
      },
    ],
    test: BOOKS,
    named: 'an HTTP batch that was answered is in the log with its ids',
  },
  {
    name: 'acknowledged-before-append',
    what: 'answer an HTTP batch before the log has it',
    rules: ['row 13', 'B1.3'],
    edits: [
      {
        file: ITEMS,
        find: 'return new Promise((resolve, reject) => {',
        replace: 'return new Promise((resolve, reject) => {\n    resolve();',
      },
    ],
    test: BOOKS,
    named: 'an HTTP batch that was answered is in the log with its ids',
  },
  {
    name: 'drops-not-counted',
    what: 'drop digests beyond the bound without counting them',
    rules: ['row 5', 'B1.1'],
    edits: [{ file: QUEUE, find: 'reactionMetrics(metrics).reactionsDropped.inc(record.reactions);', replace: '' }],
    test: BOOKS,
    named: 'accepted = in the log once',
  },
];
