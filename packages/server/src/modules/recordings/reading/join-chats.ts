import {
  type ChatImport,
  type ChatMessage,
  emptyReport,
  ImportError,
  type ImportReport,
  RepeatedIds,
  stampOf,
} from '@ovation/formats';
import { chatOf, type RecordedChat } from './recorded-chat.ts';

/** As within one file: so far back is disorder between servers, further back is another part. */
const STEP_BACK_MAX_MS = 60_000;
const SKIPS_SHOWN = 5;

/**
 * Parts of one broadcast as one chat. A part with dates lies where its dates say. A part whose times begin again follows the
 * one before; a part whose times go on is taken as it is. A message that two parts have counts once, by its id.
 * @throws ImportError, while it is iterated, for parts in the wrong order
 */
export function joinChats(parts: AsyncIterable<RecordedChat>): ChatImport {
  const joined = new JoinedReport();
  async function* batches() {
    for await (const { name, chat } of parts) {
      joined.begin(name);
      for await (const batch of chat.batches()) {
        joined.recognised(chat.report);
        const placed = batch.map((message) => joined.place(message)).filter((message) => message !== undefined);
        if (placed.length > 0) yield placed;
      }
      joined.end(chat.report);
    }
  }
  return chatOf(joined.report, batches);
}

/** Where a part lies in the broadcast, and why there. */
interface Place {
  readonly shiftMs: number;
  readonly why: string;
}

class JoinedReport {
  readonly report = emptyReport();
  readonly #ids = new RepeatedIds();
  /** What is true of several parts is said once. */
  readonly #clocks = new Set<string>();
  readonly #titles = new Set<string>();
  #parts = 0;
  #name = '';
  #place: Place | undefined;
  /** stream time at which the parts so far end */
  #endMs = 0;
  /** wall-clock time of stream time 0, when a part had dates */
  #zeroAt: number | undefined;

  begin(name: string): void {
    this.#parts += 1;
    this.#name = name;
    this.#place = undefined;
  }

  /** Once the first messages of the part are there. */
  recognised({ format, formatTitle }: Readonly<ImportReport>): void {
    if (this.#parts === 1) this.report.format = format;
    this.#titles.add(formatTitle);
    this.report.formatTitle = [...this.#titles].join(' and ');
  }

  /** The message in the time of the broadcast; undefined when it is left out. */
  place(message: ChatMessage): ChatMessage | undefined {
    this.#place ??= this.#placeOf(message);
    const { shiftMs } = this.#place;
    const offsetMs = message.offsetMs + shiftMs;
    const { report } = this;
    if (message.id !== undefined && this.#ids.has(message.id)) {
      report.repeated += 1;
      return undefined;
    }
    if (report.messages > 0 && offsetMs < report.lastMs - STEP_BACK_MAX_MS) {
      const back = stampOf(report.lastMs - offsetMs);
      this.#skip({
        where: `${this.#name}, message at ${stampOf(message.offsetMs)}`,
        reason: `its time is ${back} behind that of an earlier message`,
      });
      return undefined;
    }
    report.firstMs = report.messages === 0 ? offsetMs : Math.min(report.firstMs, offsetMs);
    report.lastMs = report.messages === 0 ? offsetMs : Math.max(report.lastMs, offsetMs);
    report.messages += 1;
    if (offsetMs < 0) report.early += 1;
    if (message.kind === 'recording') report.recording += 1;
    return shiftMs === 0 ? message : { ...message, offsetMs };
  }

  end(part: Readonly<ImportReport>): void {
    const { report } = this;
    this.recognised(part);
    if (this.#parts === 1) this.#takeFacts(part);
    if (part.clock !== undefined) this.#clocks.add(part.clock);
    if (this.#place && this.#parts > 1) {
      this.#clocks.add(`${this.#name} begins at ${stampOf(part.firstMs + this.#place.shiftMs)}, ${this.#place.why}`);
    }
    if (this.#clocks.size > 0) report.clock = [...this.#clocks].join('; ');
    report.deleted += part.deleted;
    report.outOfOrder += part.outOfOrder;
    report.repeated += part.repeated;
    for (const { where, reason } of part.skips) this.#skip({ where: `${this.#name}, ${where}`, reason });
    report.skipped += part.skipped - part.skips.length;
    this.#endMs = Math.max(report.lastMs, (part.lengthMs ?? 0) + (this.#place?.shiftMs ?? 0));
  }

  /** What the first part says of the broadcast holds for all. */
  #takeFacts({ columns, streamer, title }: Readonly<ImportReport>): void {
    Object.assign(this.report, { ...(title !== undefined && { title }), ...(streamer !== undefined && { streamer }) });
    if (columns !== undefined) this.report.columns = columns;
  }

  #placeOf({ at, offsetMs }: ChatMessage): Place {
    const zeroAt = at === undefined ? undefined : at - offsetMs;
    const before = this.#zeroAt;
    this.#zeroAt ??= zeroAt;
    if (this.#parts === 1) return { shiftMs: 0, why: '' };
    if (zeroAt !== undefined && before !== undefined) return this.#placeByDate(zeroAt - before, offsetMs);
    const { firstMs, lastMs } = this.report;
    // Nearer to the end of what is there than to its beginning.
    if (lastMs - offsetMs < Math.abs(offsetMs - firstMs)) return { shiftMs: 0, why: 'because its times go on' };
    return { shiftMs: this.#endMs, why: 'where the part before it ends, because its times begin again' };
  }

  #placeByDate(shiftMs: number, offsetMs: number): Place {
    if (shiftMs + offsetMs < this.report.firstMs) {
      throw new ImportError(
        `${this.#name} begins before the part that is named before it: name the parts in their order`,
      );
    }
    return { shiftMs, why: 'as its dates say' };
  }

  #skip(skip: { where: string; reason: string }): void {
    this.report.skipped += 1;
    if (this.report.skips.length < SKIPS_SHOWN) this.report.skips.push(skip);
  }
}
