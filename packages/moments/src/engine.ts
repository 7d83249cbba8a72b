import {
  type ActivityItem,
  type ActivityRecord,
  type ChannelActivity,
  type DigestRecord,
  type ItemsRecord,
  type Moment,
  type SettingsRecord,
} from '@ovation/protocol';
import { addToDetectors, isWatched, judgeSecond } from './channel-detection.ts';
import { type AnalyzedChannel, emptyChannel, loadedChannel, openWindow, storedChannel } from './analyzed-channel.ts';
import {
  type ChannelDetector,
  channelDetectors,
  type JudgeContext,
  type WindowDetector,
  windowDetectors,
} from './detectors/index.ts';
import { GoneChannels } from './gone-channels.ts';
import { type FoundIn, momentOf } from './moment-of-finding.ts';
import { emptyOutput, type EngineOutput } from './engine-output.ts';
import { acceptSource, type AnalyzedPartition, emptyPartition, forgetSilentSources } from './analyzed-partition.ts';
import {
  addToWindow,
  FUTURE_MS,
  GRACE_MS,
  STANDSTILL_MS,
  WINDOW_MS,
  windowStartOf,
  type WindowState,
} from './window.ts';

export interface PositionedRecord {
  readonly offset: number;
  /** append time of the event log, ms */
  readonly appendedAt: number;
  /** null = could not be decoded; such a record only moves position and time */
  readonly record: ActivityRecord | null;
}

export interface EngineSnapshot {
  partition: AnalyzedPartition;
  /** channels that changed since the last `takeSnapshot` */
  channels: Map<string, AnalyzedChannel>;
  /** channels whose state is empty again */
  removed: string[];
}

export interface EngineOptions {
  readonly tenant?: string;
  /**
   * Append times that are further apart mean a standstill of the event log. Infinity for files: their gaps are real
   * silence.
   */
  readonly standstillMs?: number;
  readonly detectors?: readonly WindowDetector<never>[];
  readonly channelDetectors?: readonly ChannelDetector<never>[];
}

/**
 * Analyzes one partition of topic `activity` (flows.md B1.5 and B2). It is a pure function of its records, without
 * clock and I/O: the same records after the same snapshot give the same output. That makes recovery exact.
 */
export class PartitionEngine {
  readonly #partition: AnalyzedPartition;
  readonly #channels: Map<string, AnalyzedChannel>;
  readonly #changed = new Set<string>();
  /** channels in which a channel detector is not idle */
  readonly #watched = new Set<string>();
  readonly #removed = new Set<string>();
  readonly #gone: GoneChannels;
  /** ids per open window; the arrays in the state are for the snapshot only */
  readonly #ids = new WeakMap<WindowState, Set<string>>();
  readonly #options: Required<EngineOptions>;
  #output = emptyOutput();
  /** time at which the next window closes, so that most records need no search */
  #nextCloseAt: number;

  constructor(
    options: EngineOptions = {},
    from?: { partition: AnalyzedPartition; channels: Map<string, AnalyzedChannel> },
  ) {
    this.#options = {
      tenant: '',
      standstillMs: STANDSTILL_MS,
      detectors: windowDetectors,
      channelDetectors,
      ...options,
    };
    this.#partition = from ? structuredClone(from.partition) : emptyPartition();
    this.#channels = new Map(from ? [...from.channels].map(([name, stored]) => [name, loadedChannel(stored)]) : []);
    for (const [name, channel] of this.#channels) if (isWatched(channel)) this.#watched.add(name);
    this.#gone = new GoneChannels(this.#channels);
    this.#nextCloseAt = this.#earliestClose();
  }

  /** Offset of the last applied record; -1 = none. */
  get offset(): number {
    return this.#partition.offset;
  }

  /** Whether a window or a detector waits for time to pass. Then the owner must write ticks into a silent partition. */
  get hasOpenWindows(): boolean {
    return this.#nextCloseAt !== Number.POSITIVE_INFINITY || this.#watched.size > 0;
  }

  /** Whether results wait that a deletion ends; later results must not be stored together with them. */
  get hasForgotten(): boolean {
    return this.#output.gone.length > 0;
  }

  apply({ offset, appendedAt, record }: PositionedRecord): void {
    const state = this.#partition;
    if (offset <= state.offset) return;
    const before = state.appendedAt;
    const isAfterStandstill = state.appendedAt > 0 && appendedAt - state.appendedAt > this.#options.standstillMs;
    if (isAfterStandstill) state.holdUntil = appendedAt + GRACE_MS;
    state.offset = offset;
    state.appendedAt = appendedAt;
    if (record) this.#applyRecord(record);
    this.#passSeconds(before, appendedAt);
    this.#advance();
  }

  takeOutput(): EngineOutput {
    const output = this.#output;
    this.#output = emptyOutput();
    return output;
  }

  /** State up to the last applied record. The caller stores it in the same transaction as the results. */
  takeSnapshot(): EngineSnapshot {
    forgetSilentSources(this.#partition);
    for (const name of this.#gone.names) this.#isGone(name);
    const changed = [...this.#changed].flatMap((name): [string, AnalyzedChannel][] => {
      const channel = this.#channels.get(name);
      return channel ? [[name, storedChannel(channel)]] : [];
    });
    const snapshot = {
      partition: JSON.parse(JSON.stringify(this.#partition)) as AnalyzedPartition, // JSON: what comes out has the same type
      channels: new Map(changed),
      removed: [...this.#removed],
    };
    this.#changed.clear();
    this.#removed.clear();
    return snapshot;
  }

  /**
   * Forgets what was counted of a channel whose state cannot be stored; its settings stay.
   * @returns what is left, for the snapshot
   */
  clear(name: string): AnalyzedChannel {
    const { analysis, version } = this.#channel(name);
    const cleared = { version, analysis, windows: [] };
    this.#channels.set(name, cleared);
    this.#changed.delete(name);
    this.#watched.delete(name);
    return storedChannel(cleared);
  }

  #applyRecord(record: ActivityRecord): void {
    if (record.k === 'd') this.#applyDigest(record);
    else if (record.k === 'i') this.#applyItems(record);
    else if (record.k === 's') this.#applySettings(record);
  }

  #applyDigest(record: DigestRecord): void {
    if (!this.#isNew(record)) return;
    const at = Math.min(record.t, this.#partition.appendedAt);
    for (const name in record.ch) {
      const activity = record.ch[name];
      if (!activity || this.#isGone(name)) continue;
      const window = this.#windowAt(name, at);
      let n = 0;
      for (const emote in activity.e) {
        const count = activity.e[emote] ?? 0;
        n += count;
        if (window) addToWindow(window, emote, count);
      }
      if (!window) {
        if (n > 0) this.#late(name, at, n);
        continue;
      }
      this.#added(name, at, activity);
      this.#counted(name, window, n);
    }
  }

  #applyItems(record: ItemsRecord): void {
    if (!this.#isNew(record) || this.#isGone(record.ch)) return;
    const touched = new Map<WindowState, number>();
    for (const item of record.items) {
      const window = this.#addItem(record.ch, item);
      if (window) touched.set(window, (touched.get(window) ?? 0) + (item.n ?? 1));
    }
    const inOrder = [...touched].toSorted(([one], [other]) => one.start - other.start);
    for (const [window, n] of inOrder) this.#counted(record.ch, window, n);
  }

  #addItem(name: string, item: ActivityItem): WindowState | undefined {
    const { appendedAt, offset } = this.#partition;
    if (item.id !== undefined && item.t > appendedAt + FUTURE_MS) {
      this.#output.refused.push({ channel: name, offset, item });
      return undefined;
    }
    const at = item.id === undefined ? Math.min(item.t, appendedAt) : item.t;
    const window = this.#windowAt(name, at);
    if (!window) {
      this.#late(name, at, item.n ?? 1);
      return undefined;
    }
    if (item.id !== undefined && !this.#rememberId(window, item.id)) return undefined;
    addToWindow(window, item.e, item.n ?? 1);
    // An item of a chat message is left out, because the digest of the message counts it for the detectors.
    if (item.m === undefined) this.#added(name, at, { e: { [item.e]: item.n ?? 1 }, r: 1, m: 0, a: 0, f: {} });
    return window;
  }

  #added(name: string, at: number, activity: ChannelActivity): void {
    const { channelDetectors: detectors } = this.#options;
    if (detectors.length === 0) return;
    const channel = this.#channel(name);
    addToDetectors(detectors, channel, { at, activity }, this.#context(channel));
    this.#watched.add(name);
  }

  #passSeconds(before: number, now: number): void {
    const passed = { from: Math.floor(before / 1_000) * 1_000, to: Math.floor(now / 1_000) * 1_000 };
    if (passed.to <= passed.from || this.#watched.size === 0) return;
    // Sorted by name, because a set that was filled from a snapshot has another order.
    for (const name of [...this.#watched].toSorted((one, other) => (one < other ? -1 : 1))) {
      const channel = this.#channel(name);
      const { channelDetectors: detectors } = this.#options;
      for (const { detector, finding } of judgeSecond(detectors, channel, passed, this.#context(channel))) {
        const startAt = finding.startAt;
        this.#output.moments.push(this.#momentOf({ name, channel, startAt, detector, finding }));
      }
      if (isWatched(channel)) continue;
      this.#watched.delete(name);
      this.#dropIfEmpty(name, channel);
    }
  }

  #rememberId(window: WindowState, id: string): boolean {
    let seen = this.#ids.get(window);
    if (!seen) this.#ids.set(window, (seen = new Set(window.ids)));
    if (seen.has(id)) return false;
    seen.add(id);
    window.ids.push(id);
    return true;
  }

  #applySettings(record: SettingsRecord): void {
    const isReborn = this.#isGone(record.ch);
    const channel = this.#channel(record.ch);
    if (record.ver <= channel.version) return;
    if (record.gone) return this.#forget(record.ch, record.ver);
    channel.version = record.ver;
    channel.analysis = record.body;
    if (!isReborn) return;
    this.#gone.delete(record.ch);
    delete channel.goneAt;
    channel.born = record.ver;
  }

  /** Nothing of the channel is left but its version, so that nothing of it comes back. */
  #forget(name: string, version: number): void {
    const { appendedAt } = this.#partition;
    this.#channels.set(name, { ...emptyChannel(), version, goneAt: appendedAt });
    this.#gone.add(name, appendedAt);
    this.#watched.delete(name);
    this.#output.gone.push({ channel: name, version });
    this.#nextCloseAt = this.#earliestClose();
  }

  /** Whether the channel is deleted. It is forgotten by append time, so that a snapshot decides nothing. */
  #isGone(name: string): boolean {
    const state = this.#gone.stateOf(name, this.#partition.appendedAt);
    if (state === 'forgotten') {
      this.#channels.delete(name);
      this.#changed.delete(name);
      this.#removed.add(name);
    }
    return state === 'gone';
  }

  #isNew(record: { src: string; seq: number }): boolean {
    const isNew = acceptSource(this.#partition, record.src, record.seq);
    if (!isNew) this.#output.repeated += 1;
    return isNew;
  }

  #channel(name: string): AnalyzedChannel {
    let channel = this.#channels.get(name);
    if (!channel) this.#channels.set(name, (channel = emptyChannel()));
    this.#changed.add(name);
    this.#removed.delete(name);
    return channel;
  }

  /** The open window for a time; undefined when it has closed. */
  #windowAt(name: string, at: number): WindowState | undefined {
    const start = windowStartOf(at);
    const closesAt = start + WINDOW_MS + GRACE_MS;
    if (closesAt <= this.#partition.watermark) return undefined;
    if (closesAt < this.#nextCloseAt) this.#nextCloseAt = closesAt;
    return openWindow(this.#channel(name), start);
  }

  #counted(name: string, window: WindowState, n: number): void {
    this.#output.counted += n;
    this.#judge(name, window, 'onActivity');
  }

  #late(channel: string, at: number, n: number): void {
    this.#output.late.push({ channel, start: windowStartOf(at), n, appendedAt: this.#partition.appendedAt });
  }

  /** Moves the watermark and closes the windows that it passed, in the order of (window, channel). */
  #advance(): void {
    const state = this.#partition;
    if (state.appendedAt < state.holdUntil) return;
    state.watermark = Math.max(state.watermark, state.appendedAt);
    if (state.watermark < this.#nextCloseAt) return;
    const due = [...this.#channels].flatMap(([name, channel]) =>
      channel.windows.filter((window) => this.#isDue(window)).map((window) => ({ name, channel, window })),
    );
    due.sort((a, b) => a.window.start - b.window.start || (a.name < b.name ? -1 : 1));
    for (const { name, channel, window } of due) this.#close(name, channel, window);
    this.#nextCloseAt = this.#earliestClose();
  }

  #isDue(window: WindowState): boolean {
    return window.start + WINDOW_MS + GRACE_MS <= this.#partition.watermark;
  }

  #close(name: string, channel: AnalyzedChannel, window: WindowState): void {
    this.#judge(name, window, 'onClose');
    channel.windows = channel.windows.filter((other) => other !== window);
    this.#changed.add(name);
    this.#output.closed.push({
      channel: name,
      start: window.start,
      collected: window.collected,
      counts: window.counts,
      settingsVersion: channel.version,
      broadcastId: channel.analysis.broadcastId,
    });
    this.#dropIfEmpty(name, channel);
  }

  #dropIfEmpty(name: string, channel: AnalyzedChannel): void {
    const isEmpty = channel.windows.length === 0 && channel.version === 0 && !isWatched(channel);
    if (!isEmpty) return;
    this.#channels.delete(name);
    this.#changed.delete(name);
    this.#removed.add(name);
  }

  #judge(name: string, window: WindowState, when: 'onActivity' | 'onClose'): void {
    const channel = this.#channel(name);
    const context = this.#context(channel);
    const { start: startAt } = window;
    for (const detector of this.#options.detectors) {
      // The state was made by this very detector's start(): the list only hides its type.
      const state = (window.detectors[detector.name] ??= detector.start()) as never;
      for (const finding of detector[when](window, state, context)) {
        this.#output.moments.push(this.#momentOf({ name, channel, startAt, detector: detector.name, finding }));
      }
    }
  }

  #momentOf(found: FoundIn): Moment {
    return momentOf(found, { tenant: this.#options.tenant, at: this.#partition.appendedAt });
  }

  #context({ analysis }: AnalyzedChannel): JudgeContext {
    return { analysis, appendedAt: this.#partition.appendedAt };
  }

  #earliestClose(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const channel of this.#channels.values()) {
      const first = channel.windows[0];
      if (first) earliest = Math.min(earliest, first.start + WINDOW_MS + GRACE_MS);
    }
    return earliest;
  }
}
