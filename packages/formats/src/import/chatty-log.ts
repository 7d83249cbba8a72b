import type { ImportFormat, ImportInput } from '../reading/format.ts';
import type { ChatMessage } from '../reading/chat.ts';
import { HeldMessages } from '../reading/held-messages.ts';
import { excerpt } from '../reading/import-error.ts';
import { lineReader } from '../reading/records/lines.ts';
import { msOfStamp } from '../reading/stamp.ts';
import { utcOfIso } from '../reading/utc.ts';

const DAY_MS = 86_400_000;
const STAMPED = /^\[(?:(\d{4}-\d{2}-\d{2}) )?(\d{2}:\d{2}:\d{2})\] (.*)$/su;
const MESSAGE = /^<[~&@%+$^!*]*([^\s<>]{1,64})> ?(.*)$/su;
const ACTION = /^\*[~&@%+$^!]*([^\s*]{1,64}) (.*)$/su;
const STARTED =
  /^# Log started: (?:(\d{4}-\d{2}-\d{2}) )?(?:\[num\]:\d{2}:\d{2}|\d{2}:\d{2}:\d{2})(?: ([+-]\d{2}):?(\d{2}))?/u;

/** Chat log of Chatty: lines with the time of day, mostly without a date, and many lines that are no messages. */
export const chattyLog: ImportFormat = {
  name: 'chatty-log',
  title: 'Chatty log',

  recognise({ lines }) {
    const isChatty = lines.some((line) => line.startsWith('# Log started'));
    return isChatty && lines.some((line) => STAMPED.test(line)) ? 1 : 0;
  },

  open(input) {
    const chatLog = new ChattyLog(input);
    return lineReader(
      (line, where, out) => chatLog.read(line, where, out),
      (out) => chatLog.held.flush(out),
    );
  },
};

class ChattyLog {
  readonly held: HeldMessages;
  readonly #input: ImportInput;
  /** first midnight of the current day, ms since 1970 UTC; an arbitrary day while no date is known */
  #day = 0;
  #isDated = false;
  #zone = '+00:00';
  #clock = 0;

  constructor(input: ImportInput) {
    this.#input = input;
    this.held = new HeldMessages(input.notes.report);
  }

  read(line: string, where: string, out: ChatMessage[]): void {
    if (line.startsWith('#')) this.#start(line);
    // Chatty writes a dash between two sessions.
    else if (line !== '-') this.#stamped(line, where, out);
  }

  #stamped(line: string, where: string, out: ChatMessage[]): void {
    const [, date, time = '', rest = ''] = STAMPED.exec(line) ?? [];
    const clock = msOfStamp(time);
    if (clock === undefined || clock >= DAY_MS) {
      this.#input.notes.skip(where, `"${excerpt(line)}" has no time of day`);
      return;
    }
    this.#go(date, clock);
    const said = MESSAGE.exec(rest) ?? ACTION.exec(rest);
    if (said) this.#message(said[1] ?? '', said[2] ?? '', where, out);
    else if (rest.startsWith('BAN: ')) this.#ban(rest.slice('BAN: '.length));
  }

  #start(line: string): void {
    const [, date, hours, minutes] = STARTED.exec(line) ?? [];
    if (hours !== undefined && minutes !== undefined) this.#zone = `${hours}:${minutes}`;
    if (date !== undefined) this.#setDay(date);
  }

  #setDay(date: string): void {
    const midnight = utcOfIso(`${date}T00:00:00${this.#zone}`);
    if (midnight === undefined) return;
    this.#day = midnight;
    this.#isDated = true;
    this.#clock = 0;
  }

  #go(date: string | undefined, clock: number): void {
    if (date !== undefined) this.#setDay(date);
    // When the time of day falls by more than half a day, midnight has passed; a smaller fall is a disorder.
    else if (clock < this.#clock - DAY_MS / 2) this.#day += DAY_MS;
    this.#clock = clock;
  }

  #message(author: string, text: string, where: string, out: ChatMessage[]): void {
    const { notes, emotes } = this.#input;
    const at = this.#day + this.#clock;
    const offsetMs = notes.place(notes.sinceFirst(at), 'chat', where);
    if (offsetMs === undefined) return;
    emotes.addText(text);
    const found = emotes.take();
    const message = { offsetMs, ...(this.#isDated ? { at } : {}), author, text, emotes: found, kind: 'chat' as const };
    this.held.add(message, undefined, author.toLowerCase(), out);
  }

  /** `name (600s), other` */
  #ban(names: string): void {
    for (const name of names.split(',')) this.held.removeAuthor(name.trim().split(' ', 1)[0]?.toLowerCase() ?? '');
  }
}
