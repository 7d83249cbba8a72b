import type { Mutant } from './mutant.ts';

const GATEWAY = 'packages/server/src/gateway';
const LIVE_FEEDS = 'packages/server/src/live-feeds';
const TRACK = `${LIVE_FEEDS}/track.ts`;
const LIVE_FEED = `${LIVE_FEEDS}/live-feed.ts`;
const SCENES = `${GATEWAY}/rooms/delivery-scenes.test.ts`;
const ORDER = `${LIVE_FEEDS}/track.test.ts`;
const CONTROL = `${GATEWAY}/doors/control-watch.test.ts`;
const CONTROL_WATCH = `${GATEWAY}/doors/control-watch.ts`;

/** Mutants of the delivered side (docs/flows.md B3.3-5, B4.1-3, rows 11, 14, 15 and 16). */
export const GATEWAY_MUTANTS: readonly Mutant[] = [
  {
    name: 'gateway-delivers-out-of-order',
    what: 'hand an entry on when it comes instead of in its turn',
    rules: ['B3.3'],
    edits: [
      {
        file: TRACK,
        find: 'const ready: FeedEntry[] = [];',
        replace: 'const ready = [...this.#pending.values()].filter(({ seq }) => seq > this.#top + 1);',
      },
    ],
    test: ORDER,
  },
  {
    name: 'gateway-delivers-twice',
    what: 'hand every copy of an entry on',
    rules: ['B3.3'],
    edits: [
      {
        file: TRACK,
        find: 'if (!this.#isOurs(entry) || entry.seq <= this.top) return;',
        replace: `if (!this.#isOurs(entry)) return;
    if (entry.seq <= this.top) return void (this.copies ??= []).push(entry);`,
      },
      {
        file: TRACK,
        find: 'const ready: FeedEntry[] = [];',
        replace: 'const ready = (this.copies ?? []).splice(0);',
      },
    ],
    test: ORDER,
  },
  {
    name: 'gateway-foreign-epoch-accepted',
    what: 'take entries of an epoch that was never announced',
    rules: ['row 11', 'B3.3'],
    edits: [{ file: TRACK, find: 'return epoch === this.#epoch;', replace: 'return true;' }],
    test: SCENES,
    named: 'an entry is of another epoch',
  },
  {
    name: 'gateway-rings-kept-over-epoch',
    what: 'keep what was known when a new epoch begins',
    rules: ['row 11'],
    edits: [
      {
        file: TRACK,
        find: 'this.#epoch = epoch;\n    this.#top = undefined;',
        replace: 'this.#epoch = epoch;\n    return;\n    this.#top = undefined;',
      },
    ],
    test: SCENES,
    named: 'a new epoch begins',
  },
  {
    name: 'gateway-control-not-followed',
    what: 'let clients in without following `system:control`',
    rules: ['row 15'],
    edits: [{ file: CONTROL_WATCH, find: '    void this.#open();', replace: '    this.#becomeReady();' }],
    test: CONTROL,
    named: 'a banned user stays out',
  },
  {
    name: 'gateway-ticket-not-checked',
    what: 'let in whoever has a ticket, revoked or not',
    rules: ['row 15'],
    edits: [
      {
        file: CONTROL_WATCH,
        find: 'return this.#revocations.find(identity, this.#parts.clock.wall());',
        replace: 'return undefined;',
      },
    ],
    test: CONTROL,
    named: 'a banned user stays out',
  },
  {
    name: 'gateway-ring-not-mended',
    what: 'hear of a deletion and keep the text for clients that come back',
    rules: ['row 16'],
    edits: [
      { file: `${GATEWAY}/rooms/room-replay.ts`, find: '    this.#deleted.set(seq, at);', replace: '    return;' },
      {
        file: `${GATEWAY}/rooms/room-replay.ts`,
        find: '    this.#ring.replace(',
        replace: '    return;\n    this.#ring.replace(',
      },
    ],
    test: SCENES,
    named: 'an entry was deleted',
  },
  {
    name: 'gateway-gap-never-filled',
    what: 'wait for a missing entry instead of asking for it',
    rules: ['row 14', 'B3.4'],
    edits: [{ file: `${LIVE_FEEDS}/gap-filler.ts`, find: '    this.#gapped.add(track);', replace: '    return;' }],
    test: SCENES,
    named: 'an entry is missing',
  },
  {
    name: 'gateway-partial-fill-delivered',
    what: 'deliver a fill that has holes',
    rules: ['row 16', 'B3.4'],
    edits: [
      {
        file: TRACK,
        find: 'for (let seq = this.top + 1; seq <= to; seq += 1) if',
        replace:
          'this.#top = Math.min(to, ...found.keys()) - 1;\n    for (let seq = this.top + 1; seq <= to; seq += 1) if',
      },
    ],
    test: SCENES,
    named: 'the store has a hole',
  },
  {
    name: 'gateway-pending-unbounded',
    what: 'keep every entry that came early, however many',
    rules: ['B3.5'],
    edits: [
      { file: TRACK, find: 'const hasRoom = this.#pending.size < FILL_MAX_ENTRIES;', replace: 'const hasRoom = true;' },
      { file: TRACK, find: 'return this.#target - this.top > FILL_MAX_ENTRIES;', replace: 'return false;' },
    ],
    test: SCENES,
    named: 'entries that came early are at most 300',
  },
  {
    name: 'gateway-heads-never-asked',
    what: 'trust a dead log to have brought everything',
    rules: ['row 14', 'B3.5'],
    edits: [
      {
        file: LIVE_FEED,
        find: 'if (await this.#reader.isBehind()) await this.#compareHeads();',
        replace: '',
      },
    ],
    test: SCENES,
    named: 'the log is dead',
  },
  {
    name: 'gateway-head-before-subscription',
    what: 'read the head before bus and log are confirmed',
    rules: ['B4.1'],
    edits: [
      {
        file: LIVE_FEED,
        find: 'subscription = await this.#parts.bus.subscribe(',
        replace: 'track.early = await this.#store.get(feed);\n      subscription = await this.#parts.bus.subscribe(',
      },
      {
        file: LIVE_FEED,
        find: 'const recent = await this.#store.get(track.feed);',
        replace: 'const recent = track.early ?? (await this.#store.get(track.feed));',
      },
    ],
    test: SCENES,
    named: 'entries come while following begins',
  },
  {
    name: 'gateway-resume-ahead-guessed',
    what: 'answer a client ahead of this gateway without asking the store',
    rules: ['B4.2'],
    edits: [
      {
        file: `${GATEWAY}/rooms/room.ts`,
        find: 'const known = await this.#opened.readAgain();',
        replace: 'if (since.o > o) return;\n      const known = await this.#opened.readAgain();',
      },
    ],
    test: SCENES,
    named: 'a viewer is ahead of its gateway',
  },
  {
    name: 'gateway-partial-recovery',
    what: 'call a replay recovered that lacks its beginning',
    rules: ['B4.2'],
    edits: [
      {
        file: `${GATEWAY}/rooms/replay-ring.ts`,
        find: 'if (seq + 1 < first) return undefined;',
        replace: 'if (seq + 1 < first) return this.after(first - 1, top);',
      },
    ],
    test: SCENES,
    named: 'the ring lacks the beginning',
  },
  {
    name: 'gateway-replay-before-joining',
    what: 'cut the replay in one turn and join in a later one',
    rules: ['B4.3'],
    edits: [
      {
        file: `${GATEWAY}/doors/subscriptions.ts`,
        find: 'room.join(this.#connection);',
        replace: 'setImmediate(() => room.join(this.#connection));',
      },
    ],
    test: SCENES,
    named: 'an entry comes while a viewer joins',
  },
];
