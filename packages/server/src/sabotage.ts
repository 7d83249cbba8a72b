import { GATEWAY_SABOTAGES } from './sabotage-gateway.ts';

/**
 * Tempting shortcuts, each of which breaks a rule of the counted flow. Tests switch one on in the real part and expect
 * that something notices (docs/decisions/exact-counting.md). Nothing else may set one: compose does not know them.
 */

/** Switches of the analyzer that the crash model notices. */
const OF_THE_ANALYZER = {
  'commit-latest-offset': 'start from the position committed to the log instead of the snapshot',
  'frontier-not-restored': 'forget on recovery which windows have closed',
  'settings-from-stream-only': 'forget on recovery which settings are in force',
  'detector-state-not-restored': 'forget on recovery what detectors know of a channel',
  'sources-not-restored': 'forget on recovery which records of each source were applied',
  'wall-clock-closing': 'close windows by the clock instead of append times',
  'event-time-closing': 'close windows by the times that records claim',
  'no-source-dedupe': 'count a numbered record as often as it comes',
  'ids-counted-again': 'count an HTTP reaction as often as its id comes',
  'offsets-applied-again': 'apply a record as often as the log hands it out',
  'no-standstill-hold': 'let the first record after an outage of the log close everything',
  'stamps-not-clamped': 'believe a bridged record that claims to be from the future',
  'future-items-counted': 'count an HTTP reaction from the future as if it were of now',
  'late-not-counted': 'forget reactions that come after their window has closed',
  'settings-from-next-window': 'let a change of settings wait for the next window',
  'older-settings-win': 'apply settings whatever their version',
  'judged-by-multiples': 'judge a window once for each multiple of the interval that a digest jumped over',
  'threshold-inclusive': 'let a share that equals the threshold be a moment',
  'every-judgement-a-revision': 'revise a moment whenever its window is judged',
  'unjudged-windows-speak': 'let a window that was never judged yield moments when it closes',
  'moments-withdrawn': 'say nothing at the close of a moment that does not hold any more',
  'aggregated-without-holding': "write revisions that do not hold to the documents' topic",
  'new-moment-id-per-run': 'give moments an id that another run would not give',
  'new-moment-id-per-revision': 'give a moment of a channel detector the id of the second in which it is said',
  'snapshot-not-in-transaction': 'store position and state one after the other',
  'position-before-results': 'move the position on before moments and windows are stored',
  'late-counts-outside-snapshot': 'store late counts in a transaction of their own',
  'windows-added-not-set': 'add to the row of a window instead of setting it',
  'no-generation-fence': 'let an owner that was replaced go on writing',
  'repeats-published-again': 'append a revision to its feed although it is there',
  'dead-letter-after-snapshot': 'let the position pass a bad record before it is set aside',
} as const;

/** Switches that tests of their own notice. */
const ELSEWHERE = {
  'no-ticks': 'let a quiet log stand, so that its windows stay open',
  'missing-records-unsaid': 'go on behind missing records without a word',
  'no-snapshot-at-the-end': 'stop in good order without a snapshot',
  'bridge-numbers-anew': 'give copies of raw records numbers of their own',
  'resend-renumbered': 'give a record a new number when it is sent again',
  'several-in-flight': 'send the next records before the log has answered for those before',
  'slots-cross-seconds': 'collect digests in slots that do not end with a second',
  'batch-without-ids': 'write an HTTP batch without its ids',
  'acknowledged-before-append': 'answer an HTTP batch before the log has it',
  'drops-not-counted': 'drop digests beyond the bound without counting them',
  'acknowledged-before-commit': 'let a unit of work succeed before its COMMIT',
  'feed-keys-not-skipped': 'append an entry although its feed has the key',
  'feed-rows-in-call-order': 'make rows of feeds in the order of the calls',
  'feed-locks-in-call-order': 'lock feeds in the order of the calls',
  'feed-head-not-locked': 'number entries from a head that somebody else may be raising',
  'entries-without-outbox': 'leave it to the process to hand an entry to the log after COMMIT',
  'relay-deletes-before-append': 'take rows out of the outbox before the log has them',
  'relay-by-cursor': 'read the outbox from where it was read last',
  'relay-ignores-lease': 'relay whoever holds the lease',
  'lease-by-process-clock': 'judge by the own clock whether a lease has run out',
  ...GATEWAY_SABOTAGES,
} as const;

export const SABOTAGES = { ...OF_THE_ANALYZER, ...ELSEWHERE };

export type Sabotage = keyof typeof SABOTAGES;

export const ANALYZER_SABOTAGES = Object.keys(OF_THE_ANALYZER).map((name) => name as Sabotage); // its own keys
