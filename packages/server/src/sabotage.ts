/**
 * Tempting shortcuts, each of which breaks a rule of the counted flow. Tests switch one on in the real analyzer, relay,
 * producer or feed track and expect the model to notice (docs/decisions/exact-counting.md). Nothing else may set one:
 * compose does not know them.
 */
export const SABOTAGES = {
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
  'settings-from-next-window': 'let a change of settings wait for the next window',
  'older-settings-win': 'apply settings whatever their version',
  'new-moment-id-per-run': 'give moments an id that another run would not give',
  'snapshot-not-in-transaction': 'store position and state one after the other',
  'position-before-results': 'move the position on before moments and windows are stored',
  'late-counts-outside-snapshot': 'store late counts in a transaction of their own',
  'windows-added-not-set': 'add to the row of a window instead of setting it',
  'no-generation-fence': 'let an owner that was replaced go on writing',
  'repeats-published-again': 'append a revision to its feed although it is there',
  'dead-letter-after-snapshot': 'let the position pass a bad record before it is set aside',
  'relay-deletes-before-append': 'take rows out of the outbox before the log has them',
  'resend-renumbered': 'give a record a new number when it is sent again',
  'drops-not-counted': 'drop digests beyond the bound without counting them',
  'gateway-delivers-out-of-order': 'hand an entry on when it comes instead of in its turn',
  'gateway-delivers-twice': 'hand every copy of an entry on',
} as const;

export type Sabotage = keyof typeof SABOTAGES;

/** Switches of other parts than the analyzer; their own tests show that they are noticed. */
const ELSEWHERE: ReadonlySet<string> = new Set<Sabotage>([
  'relay-deletes-before-append',
  'resend-renumbered',
  'drops-not-counted',
  'gateway-delivers-out-of-order',
  'gateway-delivers-twice',
]);

export const ANALYZER_SABOTAGES: readonly Sabotage[] = Object.keys(SABOTAGES)
  .filter((name) => !ELSEWHERE.has(name))
  .map((name) => name as Sabotage); // its own keys
