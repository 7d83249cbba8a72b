import type { Edit, Mutant } from './mutant.ts';

const RUN = 'packages/server/src/stream/analyze-partition.ts';
const ENGINE = 'packages/moments/src/engine.ts';
const CHANNEL_DETECTION = 'packages/moments/src/channel-detection.ts';
const RATIO = 'packages/moments/src/detectors/ratio.ts';
const STORE = 'packages/server/src/modules/moments/partition-store.ts';
const MODEL = 'packages/server/test/mutants/crash-model.mutant.ts';

/** How the analyzer begins from its snapshot. */
const START = 'new PartitionEngine(parts.engine, lease.from)';
/** Where a record enters the engine. */
const APPLY = 'this.#engine.apply({ offset, appendedAt, record: decoded.ok ? decoded.record : null });';
/** The transaction of a snapshot. */
const SNAPSHOT = `await fenced(generation, async (uow) => {
        await storePosition(uow, parts, snapshot.partition);
        await addLateCounts(uow, late);`;

/** Mutants of the counted flow that the crash model notices. */
export const ANALYZER_MUTANTS: readonly Mutant[] = [
  mutant(
    'commit-latest-offset',
    ['row 3', 'B4.4'],
    'start from the position committed to the log instead of the snapshot',
    [
      {
        file: RUN,
        find: 'const reading = { topic, from, signal };',
        replace: `from.set(partition, (await eventLog.committed(BRIDGE_GROUP, topic)).get(partition) ?? run.position);
  const reading = { topic, from, signal };`,
      },
      {
        file: RUN,
        find: 'this.tellProgress(counted);',
        replace: `await this.#shareProgress(batch.nextOffset);
    this.tellProgress(counted);`,
      },
    ],
  ),
  mutant('frontier-not-restored', ['row 3', 'B4.4'], 'forget on recovery which windows have closed', [
    {
      file: RUN,
      find: START,
      replace: `new PartitionEngine(parts.engine, lease.from && {
      ...lease.from,
      partition: { ...lease.from.partition, watermark: 0, appendedAt: 0, holdUntil: 0 },
    })`,
    },
  ]),
  mutant('settings-from-stream-only', ['row 4', 'B1.4'], 'forget on recovery which settings are in force', [
    { file: RUN, find: START, replace: channelsFrom('version: 0, analysis: analysisOf(DEFAULT_SETTINGS)') },
    {
      file: RUN,
      find: "import type { Moment } from '@ovation/protocol';",
      replace: "import { analysisOf, DEFAULT_SETTINGS } from '@ovation/protocol';",
    },
  ]),
  mutant('detector-state-not-restored', ['row 3', 'B4.4'], 'forget on recovery what detectors know of a channel', [
    { file: RUN, find: START, replace: channelsFrom('detectors: {}') },
  ]),
  mutant('sources-not-restored', ['B1.5c'], 'forget on recovery which records of each source were applied', [
    {
      file: RUN,
      find: START,
      replace: `new PartitionEngine(parts.engine, lease.from && {
      ...lease.from,
      partition: { ...lease.from.partition, sources: {} },
    })`,
    },
  ]),
  mutant('wall-clock-closing', ['B1.5g'], 'close windows by the clock instead of append times', [
    // Times that fall would be a fault of their own.
    {
      file: RUN,
      find: APPLY,
      replace: `this.latest = Math.max(this.latest ?? 0, this.#parts.clock.now());
    this.#engine.apply({ offset, appendedAt: this.latest, record: decoded.ok ? decoded.record : null });`,
    },
  ]),
  mutant('event-time-closing', ['B1.5g'], 'close windows by the times that records claim', [
    {
      file: RUN,
      find: APPLY,
      replace: `const claimed = decoded.ok ? decoded.record : null;
    const at = claimed?.k === 'd' ? claimed.t : claimed?.k === 'i' ? Math.max(...claimed.items.map(({ t }) => t)) : appendedAt;
    this.latest = Math.max(this.latest ?? 0, at);
    this.#engine.apply({ offset, appendedAt: this.latest, record: claimed });`,
    },
  ]),
  mutant('no-source-dedupe', ['B1.5c'], 'count a numbered record as often as it comes', [
    {
      file: ENGINE,
      find: 'const isNew = acceptSource(this.#partition, record.src, record.seq);',
      replace: 'acceptSource(this.#partition, record.src, record.seq);\n    const isNew = true;',
    },
  ]),
  mutant('ids-counted-again', ['row 13', 'B1.5e'], 'count an HTTP reaction as often as its id comes', [
    { file: ENGINE, find: 'if (seen.has(id)) return false;', replace: '' },
  ]),
  mutant('offsets-applied-again', ['row 18', 'B1.5a'], 'apply a record as often as the log hands it out', [
    { file: ENGINE, find: 'if (offset <= state.offset) return;', replace: '' },
    {
      file: RUN,
      find: 'new Map([[partition, run.position]])',
      replace: 'new Map([[partition, Math.max(0, run.position - 3)]])',
    },
  ]),
  mutant('no-standstill-hold', ['row 5', 'B1.5b'], 'let the first record after an outage of the log close everything', [
    { file: ENGINE, find: 'if (isAfterStandstill) state.holdUntil = appendedAt + GRACE_MS;', replace: '' },
  ]),
  mutant('stamps-not-clamped', ['B1.5d'], 'believe a bridged record that claims to be from the future', [
    {
      file: ENGINE,
      find: 'const at = item.id === undefined ? Math.min(item.t, appendedAt) : item.t;',
      replace: 'const at = item.t;',
    },
  ]),
  mutant('future-items-counted', ['B1.5d'], 'count an HTTP reaction from the future as if it were of now', [
    {
      file: ENGINE,
      find: 'if (item.id !== undefined && item.t > appendedAt + FUTURE_MS) {',
      replace: `if (item.id !== undefined && item.t > appendedAt + FUTURE_MS) item = { ...item, t: appendedAt };
    if (false) {`,
    },
  ]),
  mutant('late-not-counted', ['B1.5e'], 'forget reactions that come after their window has closed', [
    { file: RUN, find: 'this.#late.push(...late);', replace: '' },
  ]),
  mutant('settings-from-next-window', ['row 4', 'B1.4'], 'let a change of settings wait for the next window', [
    {
      file: ENGINE,
      find: 'channel.version = record.ver;\n    channel.analysis = record.body;',
      replace: `const due = windowStartOf(this.#partition.appendedAt) + WINDOW_MS;
    (this.waiting ??= []).push({ due, apply: () => {
      if (record.ver <= channel.version) return;
      channel.version = record.ver;
      channel.analysis = record.body;
    } });`,
    },
    {
      file: ENGINE,
      find: 'if (record) this.#applyRecord(record);',
      replace: `for (const one of this.waiting ?? []) if (one.due <= appendedAt) one.apply();
    this.waiting = (this.waiting ?? []).filter(({ due }) => due > appendedAt);
    if (record) this.#applyRecord(record);`,
    },
  ]),
  mutant('deleted-channels-count', ['B1.7'], 'count what comes for a channel that was deleted', [
    { file: ENGINE, find: 'if (!activity || this.#isGone(name)) continue;', replace: 'if (!activity) continue;' },
  ]),
  mutant('deletions-not-remembered', ['B1.7'], 'publish again what a replay derives of a deleted channel', [
    { file: STORE, find: 'const living = await ofLiving(uow, parts, moments);', replace: 'const living = moments;' },
  ]),
  mutant('older-settings-win', ['row 4', 'B1.4'], 'apply settings whatever their version', [
    { file: ENGINE, find: 'if (record.ver <= channel.version) return;', replace: '' },
  ]),
  mutant(
    'judged-by-multiples',
    ['B2.1'],
    'judge a window once for each multiple of the interval that a digest jumped over',
    [
      {
        file: RATIO,
        find: 'state.judged = window.collected;',
        replace: 'state.judged += context.analysis.interval;',
      },
    ],
  ),
  mutant('threshold-inclusive', ['B2.2'], 'let a share that equals the threshold be a moment', [
    { file: RATIO, find: '/ total > analysis.threshold', replace: '/ total >= analysis.threshold' },
  ]),
  mutant('every-judgement-a-revision', ['row 10', 'B2.2'], 'revise a moment whenever its window is judged', [
    {
      file: RATIO,
      find: 'if (unchanged || context.appendedAt < before.at + REVISION_PERIOD_MS) return [];',
      replace: 'if (unchanged) return [];',
    },
  ]),
  mutant('unjudged-windows-speak', ['B2.3'], 'let a window that was never judged yield moments when it closes', [
    { file: RATIO, find: 'if (!wasJudged) return [];', replace: '' },
  ]),
  mutant('moments-withdrawn', ['B2.3'], 'say nothing at the close of a moment that does not hold any more', [
    {
      file: RATIO,
      find: 'const emotes = new Set([...Object.keys(state.published), ...holding]);',
      replace: 'const emotes = holding;',
    },
  ]),
  mutant('aggregated-without-holding', ['B2.4'], 'write revisions that do not hold to the classic topic', [
    { file: STORE, find: "detector === 'ratio' && holds", replace: "detector === 'ratio'" },
  ]),
  mutant('new-moment-id-per-run', ['row 7', 'B2.6'], 'give moments an id that another run would not give', [
    {
      file: RUN,
      find: START,
      replace: 'new PartitionEngine({ ...parts.engine, tenant: String(lease.generation) }, lease.from)',
    },
  ]),
  mutant(
    'new-moment-id-per-revision',
    ['B2.5'],
    'give a moment of a channel detector the id of the second in which it is said',
    [
      {
        file: CHANNEL_DETECTION,
        find: 'return findings.map((finding) => ({ detector: detector.name, finding }));',
        replace:
          'return findings.map((finding) => ({ detector: detector.name, finding: { ...finding, startAt: passed.to } }));',
      },
    ],
  ),
  mutant('snapshot-not-in-transaction', ['row 3', 'B2.7'], 'store position and state one after the other', [
    {
      file: STORE,
      find: SNAPSHOT,
      replace: `await fenced(generation, (uow) => storePosition(uow, parts, snapshot.partition));
      await fenced(generation, async (uow) => {
        await addLateCounts(uow, late);`,
    },
  ]),
  mutant('position-before-results', ['B2.7'], 'move the position on before moments and windows are stored', [
    {
      file: RUN,
      find: 'await this.#store(output);',
      replace: 'await this.snapshot();\n    await this.#store(output);',
    },
  ]),
  mutant('late-counts-outside-snapshot', ['B2.7'], 'store late counts in a transaction of their own', [
    {
      file: STORE,
      find: SNAPSHOT,
      replace: `await fenced(generation, (uow) => addLateCounts(uow, late));
      await fenced(generation, async (uow) => {
        await storePosition(uow, parts, snapshot.partition);`,
    },
  ]),
  mutant('windows-added-not-set', ['B2.7'], 'add to the row of a window instead of setting it', [
    {
      file: STORE,
      find: "collected: eb.ref('excluded.collected'),",
      replace: 'collected: sql`activity_windows.collected + excluded.collected`,',
    },
  ]),
  mutant('no-generation-fence', ['row 7', 'B2.6'], 'let an owner that was replaced go on writing', [
    { file: STORE, find: 'if (row?.generation !== generation) throw new FencedError(topic, partition);', replace: '' },
  ]),
  mutant('repeats-published-again', ['row 7', 'B2.6'], 'append a revision to its feed although it is there', [
    { file: STORE, find: 'const fresh = await notStoredYet(uow, living);', replace: 'const fresh = living;' },
    {
      file: STORE,
      find: 'const key = `${moment.id}:${moment.rev}`;',
      replace: 'const key = `${moment.id}:${moment.rev}:${Math.random()}`;',
    },
  ]),
  mutant('dead-letter-after-snapshot', ['B1.6'], 'let the position pass a bad record before it is set aside', [
    {
      file: RUN,
      find: 'if (settingAside) await settingAside;',
      replace: 'if (settingAside) (this.postponed ??= []).push(settingAside);',
    },
    {
      file: RUN,
      find: "return this.#retried('Setting a record aside', () => this.#parts.deadLetters.setAside(record, decoded.problem));",
      replace:
        "return () => this.#retried('Setting a record aside', () => this.#parts.deadLetters.setAside(record, decoded.problem));",
    },
    {
      file: RUN,
      find: 'this.tellProgress(counted);',
      replace: `for (const setAside of (this.postponed ?? []).splice(0)) await setAside();
    this.tellProgress(counted);`,
    },
  ]),
];

/** The channels of the snapshot with something in them forgotten. */
function channelsFrom(forgotten: string): string {
  return `new PartitionEngine(parts.engine, lease.from && {
      ...lease.from,
      channels: new Map([...lease.from.channels].map(([name, channel]) => [name, { ...channel, ${forgotten} }])),
    })`;
}

function mutant(name: string, rules: readonly string[], what: string, edits: readonly Edit[]): Mutant {
  return { name, what, rules, edits, test: MODEL };
}
