import type { ChatKind, ChatMessage } from '../reading/chat.ts';
import type { ImportFormat, ImportInput } from '../reading/format.ts';
import { HeldMessages } from '../reading/held-messages.ts';
import { excerpt } from '../reading/import-error.ts';
import { type IrcLine, parseIrcLine, readEmotesTag, textOfPrivmsg } from '../reading/irc-line.ts';
import { itemFormat } from '../reading/json/item-format.ts';
import { idsOf } from '../reading/message-ids.ts';
import { fieldsOf, numberOf, textOf } from '../reading/records/json-fields.ts';
import { lineReader } from '../reading/records/lines.ts';
import { msOfStamp } from '../reading/stamp.ts';
import { utcOfIso, wallTime } from '../reading/utc.ts';

/**
 * A time and marks that a program wrote before the line of IRC. Anchored, so that the cost of a hostile line is linear
 * in its length.
 */
const BEFORE = /^(?:[\d\s._;|<>()[\]TZ+,-]|:(?=[0-5]\d(?![\w!]))){0,80}/u;
const DATE = /^\W{0,3}(\d{4}-\d{2}-\d{2})[T _](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,6}))?Z?/u;
const CLOCK = /^\[?((?:\d{1,4}:)?\d{1,2}:\d{2}(?:\.\d{1,3})?)\]?[\s;|>-]/u;
const EPOCH = /^\[?(\d{10}(?:\.\d{1,6})?|\d{13})\]?[\s;|>:-]/u;

/** Digits of a time in milliseconds since 1970; one in seconds has three fewer. */
const EPOCH_MS_DIGITS = 13;
const NEARLY_SURE = 0.99;

/** Time at which a line was received: `at` in ms since 1970 UTC, or `offsetMs` of stream time. */
type LineTime = { readonly at: number } | { readonly offsetMs: number };

/**
 * Lines of Twitch IRC: a JSON list (also as `messages` of the recent-messages API), or a dump of the socket. A line has
 * its time in its tags or before it. A line without a time takes that of the line before it, because a frame holds
 * several lines.
 */
export const ircRaw: ImportFormat = {
  name: 'irc-raw',
  title: 'raw Twitch IRC',

  recognise(head) {
    const { text, lines } = head;
    if (inJson.recognise(head) > 0) return 1;
    if (lines.length === 0 || /^[[{]\s*["{]/u.test(text)) return 0;
    const hits = lines.filter((line) => parseIrcLine(line.slice(startOf(line))) !== undefined).length;
    // A text log in which people quote the protocol has few such lines.
    return hits * 2 >= lines.length ? NEARLY_SURE : 0;
  },

  open(input) {
    if (inJson.recognise(input.head) > 0) return inJson.open(input);
    const chatLog = new IrcChat(input);
    return lineReader(
      (line, where, out) => chatLog.read(line, where, out),
      (out) => chatLog.held.flush(out),
    );
  },
};

/** Lines of IRC as texts in JSON, or beside what was read of them, in `raw` of justlog. A text may be a frame of several lines. */
const inJson = itemFormat({
  name: 'irc-raw',
  title: 'raw Twitch IRC',
  itemName: 'message',
  isItem: (value) => parseIrcLine(frameOf(value)?.split(/\r?\n/u, 1)[0] ?? '') !== undefined,

  open(input) {
    const chatLog = new IrcChat(input);
    return {
      item(value, where, out) {
        const frame = frameOf(value);
        if (frame === undefined) input.notes.skip(where, 'it is not a text, and has none in "raw"');
        else for (const line of frame.split(/\r?\n/u)) if (line !== '') chatLog.read(line, where, out);
      },
      end: (out) => chatLog.held.flush(out),
    };
  },
});

function frameOf(value: unknown): string | undefined {
  const raw = textOf(fieldsOf(value)['raw']);
  // Without its time the line says less than the fields beside it.
  return textOf(value) ?? (raw?.includes('tmi-sent-ts=') ? raw : undefined);
}

class IrcChat {
  readonly held: HeldMessages;
  readonly #input: ImportInput;
  #time: LineTime | undefined;

  constructor(input: ImportInput) {
    this.#input = input;
    this.held = new HeldMessages(input.notes.report);
  }

  read(line: string, where: string, out: ChatMessage[]): void {
    const start = startOf(line);
    if (start !== 0) this.#time = timeBefore(line) ?? this.#time;
    const irc = parseIrcLine(line.slice(start));
    if (irc) this.#command(irc, where, out);
    // PING has no sender, and neither have lines of the program that recorded the chat.
    else if (!/\bPING\b/u.test(line)) this.#input.notes.skip(where, `"${excerpt(line)}" is no line of IRC`);
  }

  #command(irc: IrcLine, where: string, out: ChatMessage[]): void {
    this.#time = timeOfTags(irc) ?? this.#time;
    const { command, trailing, tags } = irc;
    if (command === 'PRIVMSG') this.#message(irc, 'chat', where, out);
    else if (command === 'USERNOTICE') this.#message(irc, 'notice', where, out);
    else if (command === 'CLEARCHAT' && trailing) this.held.removeAuthor(trailing.toLowerCase());
    else if (command === 'CLEARMSG') this.held.remove(tags.get('target-msg-id') ?? '');
  }

  #message(irc: IrcLine, kind: ChatKind, where: string, out: ChatMessage[]): void {
    const { notes, emotes } = this.#input;
    const time = this.#time;
    if (time === undefined) {
      notes.skip(where, 'it has no time (neither a tag tmi-sent-ts nor a time before the line)');
      return;
    }
    const { tags } = irc;
    const id = tags.get('id');
    if (id && notes.isRepeat(id)) return;
    const offsetMs = notes.place('at' in time ? notes.sinceFirst(time.at) : time.offsetMs, kind, where);
    if (offsetMs === undefined) return;
    const text = textOfPrivmsg(irc.trailing ?? '').toWellFormed();
    readEmotesTag(tags.get('emotes') ?? '', text, emotes);
    const login = tags.get('login') ?? irc.nick;
    const author = (tags.get('display-name') || login).toWellFormed();
    const wall = 'at' in time ? { at: time.at } : {};
    const message = {
      offsetMs,
      ...wall,
      ...idsOf(id, tags.get('user-id')),
      author,
      text,
      emotes: emotes.take(),
      kind,
      ...marksOf(tags),
    };
    this.held.add(message, id, login.toLowerCase(), out);
  }
}

/** Properties of a message that its tags hold. The recent-messages API sets `rm-deleted`. */
function marksOf(tags: IrcLine['tags']): Pick<ChatMessage, 'bot' | 'bits' | 'deleted'> {
  const bits = numberOf(tags.get('bits')) ?? 0;
  return {
    ...(/(?:^|,)bot-badge\//u.test(tags.get('badges') ?? '') ? { bot: true } : {}),
    ...(bits > 0 ? { bits } : {}),
    ...(tags.get('rm-deleted') === '1' ? { deleted: true } : {}),
  };
}

/** Position at which the protocol begins in a line. */
function startOf(line: string): number {
  return BEFORE.exec(line)?.[0].length ?? 0;
}

function timeOfTags({ tags }: IrcLine): LineTime | undefined {
  const at = wallTime(numberOf(tags.get('tmi-sent-ts') ?? tags.get('rm-received-ts')));
  return at === undefined ? undefined : { at };
}

function timeBefore(line: string): LineTime | undefined {
  const date = DATE.exec(line);
  const at = date ? utcOfIso(`${date[1]}T${date[2]}${date[3] === undefined ? '' : `.${date[3]}`}Z`) : undefined;
  if (at !== undefined) return { at };
  const [, epoch] = EPOCH.exec(line) ?? [];
  if (epoch !== undefined) return { at: Math.round(Number(epoch) * (epoch.length === EPOCH_MS_DIGITS ? 1 : 1000)) };
  const offsetMs = msOfStamp(CLOCK.exec(line)?.[1] ?? '');
  return offsetMs === undefined ? undefined : { offsetMs };
}
