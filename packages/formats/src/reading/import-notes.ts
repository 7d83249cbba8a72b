import { ImportError } from './import-error.ts';
import type { ChatKind } from './chat.ts';
import { emptyReport } from './empty-report.ts';
import { RepeatedIds } from './repeated-ids.ts';
import { stampOf } from './stamp.ts';

/**
 * A message at most this much older than the newest one before it is out of order, but it is kept. Several servers
 * write one chat log, so small disorder is normal.
 */
const STEP_BACK_MAX_MS = 60_000;
/**
 * After this many messages in a row that are further back, the file is refused: it holds two broadcasts or is in
 * reverse order.
 */
const RUN_BACK_MAX = 100;
/** So many in a row that go forward among themselves are a second part and no disorder, if the file ends with them. */
const RESTART_MIN = 20;
/** 10,000 hours. No broadcast lasts longer, so a larger number has another unit. */
const OFFSET_MAX_MS = 36_000_000_000;
const SKIPS_SHOWN = 5;

/** Counts of one import, skipped places with their reasons, and the check of the order of time. */
export class ImportNotes {
  readonly report = emptyReport();
  #newestMs = Number.NEGATIVE_INFINITY;
  #runBack = 0;
  #totalBack = 0;
  #zeroAt: number | undefined;
  /** where the messages that are further back began, and how often their times fell since */
  #back = { where: '', fromMs: 0, lastMs: 0, falls: 0 };
  /** wall-clock time at which the broadcast began, if it was given */
  readonly startAt: number | undefined;
  readonly #ids = new RepeatedIds();

  /** @param startAt wall-clock time of zero, if the reader of the file knows it */
  constructor(startAt?: number) {
    this.#zeroAt = startAt;
    this.startAt = startAt;
  }

  /** Counts something that is no message. The first few are kept with place and reason. */
  skip(where: string, reason: string): void {
    this.report.skipped += 1;
    if (this.report.skips.length < SKIPS_SHOWN) this.report.skips.push({ where, reason });
  }

  /** Adds a sentence about the clock and the order that the times were taken for. */
  tell(sentence: string): void {
    const { clock } = this.report;
    this.report.clock = clock === undefined ? sentence : `${clock}; ${sentence}`;
  }

  /** Whether a message with this id was read before. Then it is counted as repeated, and the caller leaves it out. */
  isRepeat(id: string): boolean {
    const isRepeat = this.#ids.has(id);
    if (isRepeat) this.report.repeated += 1;
    return isRepeat;
  }

  /** Stream time of a wall-clock time, for files that do not say when the broadcast began: the first time is zero. */
  sinceFirst(at: number): number {
    this.#zeroAt ??= at;
    return at - this.#zeroAt;
  }

  /**
   * Gives a message its offset, or skips the message.
   * @returns the offset in ms, or undefined when the message is skipped
   * @throws ImportError when times run back for good
   */
  place(stampedMs: number, kind: ChatKind, where: string): number | undefined {
    const offsetMs = Math.round(stampedMs);
    if (!(Math.abs(offsetMs) <= OFFSET_MAX_MS)) {
      this.skip(where, 'its time is more than 10,000 hours from the start');
      return undefined;
    }
    if (this.#isBack(offsetMs)) return this.#stepBack(offsetMs, where);
    if (this.#runBack >= RESTART_MIN && this.#isRestart()) throw this.#beginsAgain();
    this.#runBack = 0;
    if (offsetMs < this.#newestMs) this.report.outOfOrder += 1;
    this.#newestMs = Math.max(this.#newestMs, offsetMs);
    this.#count(offsetMs, kind);
    return offsetMs;
  }

  /**
   * Called after the last message. @throws ImportError when nearly all messages were skipped, because the format was
   * not the right one
   */
  finish(): void {
    if (this.#totalBack > this.report.messages) throw this.#backwards(this.report.skips[0]?.where ?? '');
    if (this.#runBack >= RESTART_MIN && this.#goesOn()) throw this.#beginsAgain();
    const first = this.report.skips[0];
    if (this.report.messages === 0 && first) {
      throw new ImportError(
        `Nothing in the file can be read as a message; the first problem is ${first.where}: ${first.reason}`,
      );
    }
  }

  #isBack(offsetMs: number): boolean {
    return offsetMs < this.#newestMs - STEP_BACK_MAX_MS;
  }

  #stepBack(offsetMs: number, where: string): undefined {
    const back = this.#back;
    if (this.#runBack === 0) this.#back = { where, fromMs: offsetMs, lastMs: offsetMs, falls: 0 };
    else {
      if (offsetMs < back.lastMs) back.falls += 1;
      back.lastMs = offsetMs;
    }
    this.#runBack += 1;
    this.#totalBack += 1;
    const from = stampOf(this.#newestMs);
    this.skip(where, `its time is ${stampOf(this.#newestMs - offsetMs)} behind that of an earlier message (${from})`);
    if (this.#runBack >= RUN_BACK_MAX) throw this.#goesOn() ? this.#beginsAgain() : this.#backwards(where);
    return undefined;
  }

  /** Whether the messages that are further back go forward among themselves, as those of a second part do. */
  #goesOn(): boolean {
    return this.#back.falls * 10 <= this.#runBack;
  }

  /** Whether they also began where the file began. Old messages that a program wrote again begin anywhere. */
  #isRestart(): boolean {
    const { fromMs } = this.#back;
    return this.#goesOn() && fromMs <= Math.max(0, this.report.firstMs) + STEP_BACK_MAX_MS;
  }

  #beginsAgain(): ImportError {
    const { where, fromMs } = this.#back;
    const [from, newest] = [stampOf(fromMs), stampOf(this.#newestMs)];
    return new ImportError(
      `The times go back at ${where} (to ${from}, after ${newest}) and go on from there: the file holds two parts, ` +
        `or the clock was set back; split it before ${where} and read each part by itself`,
    );
  }

  #backwards(where: string): ImportError {
    return new ImportError(
      `The times run backwards (${where} and many more lie over a minute behind the message at ${stampOf(this.#newestMs)}): ` +
        'a file must hold one broadcast, oldest message first',
    );
  }

  #count(offsetMs: number, kind: ChatKind): void {
    const { report } = this;
    report.firstMs = report.messages === 0 ? offsetMs : Math.min(report.firstMs, offsetMs);
    report.lastMs = report.messages === 0 ? offsetMs : Math.max(report.lastMs, offsetMs);
    report.messages += 1;
    if (offsetMs < 0) report.early += 1;
    if (kind === 'recording') report.recording += 1;
  }
}
