import type { ChatKind, ChatMessage } from './chat.ts';
import type { ImportInput } from './format.ts';
import type { ImportNotes } from './import-notes.ts';
import type { EmoteFinder } from './find-emotes.ts';
import type { HeldMessages } from './held-messages.ts';
import { named } from './message-ids.ts';
import { type Fields, fieldsOf, idOf, listOf, numberOf, textOf } from './records/json-fields.ts';
import { msOfStamp } from './stamp.ts';
import { wallTime } from './utc.ts';
import { youtubeEmoteKey } from './youtube-emoji.ts';

const CHAT_TYPES = new Set(['text_message', 'paid_message', 'highlighted_message', 'skip_subs_mode_message', 'action']);
/** Items that the tool records although they are no messages of the audience. */
const SILENT_TYPES =
  /^(?:ticker_|ban_user|delete|deleted|clear|room_state|user_state|viewer_engagement|mode_change|poll)/u;

/** Limit for one message, because each emote is searched for in the text. */
const EMOTES_MAX = 500;
/** An emote without a name is searched for within this many characters. */
const TEXT_MAX = 4_096;

/** State of reading the items of one file. */
export interface ItemReading {
  readonly input: ImportInput;
  readonly held: HeldMessages;
}

/** One item of chat-downloader, of a list or a line. Every field is optional. */
export function readItem(item: Fields, where: string, reading: ItemReading, out: ChatMessage[]): void {
  const { input, held } = reading;
  const type = textOf(item['message_type']) ?? 'text_message';
  moderate(item, type, held);
  const id = idOf(item['message_id']);
  if (isSilent(item, type) || (id && input.notes.isRepeat(id))) return;
  const time = timeOf(item, input.notes);
  if (!time) {
    input.notes.skip(where, 'it has no time (neither time_in_seconds, time_text nor timestamp)');
    return;
  }
  const kind: ChatKind = CHAT_TYPES.has(type) ? 'chat' : 'notice';
  const offsetMs = input.notes.place(time.stamp, kind, where);
  if (offsetMs === undefined) return;
  const author = fieldsOf(item['author']);
  const name = textOf(author['display_name']) ?? textOf(author['name']) ?? textOf(item['author']) ?? '';
  const authorId = idOf(author['id']);
  const { text, emotes } = contentOf(item, input.emotes);
  const said = named({ offsetMs, author: name, text, emotes, kind }, { at: time.at, id, authorId });
  held.add(withBits(said, item), id, authorId ?? name, out);
}

/** A ticker item repeats a paid message that is in the file as well. */
function isSilent(item: Fields, type: string): boolean {
  return SILENT_TYPES.test(type) || /ticker|delete|ban|remove/u.test(textOf(item['action_type']) ?? '');
}

function contentOf(item: Fields, emotes: EmoteFinder): Pick<ChatMessage, 'text' | 'emotes'> {
  const text = textOf(item['message']) ?? '';
  readEmotes(listOf(item['emotes']), text, emotes);
  return { text, emotes: emotes.take() };
}

/** Few messages have bits, so the object is not copied for the others. */
function withBits(said: ChatMessage, item: Fields): ChatMessage {
  const bits = numberOf(item['bits']) ?? 0;
  return bits > 0 ? { ...said, bits } : said;
}

/** Stream time, and the wall-clock time (microseconds in the file) if the file has it. */
function timeOf(item: Fields, notes: ImportNotes): { stamp: number; at: number | undefined } | undefined {
  const at = wallTime((numberOf(item['timestamp']) ?? -1) / 1000);
  const offset = offsetOf(item);
  if (at === undefined) return offset === undefined ? undefined : { stamp: offset, at };
  return { stamp: offset ?? notes.sinceFirst(at), at };
}

function offsetOf(item: Fields): number | undefined {
  const seconds = numberOf(item['time_in_seconds']);
  if (seconds !== undefined) return Math.round(seconds * 1000);
  const stamp = textOf(item['time_text']) ?? '';
  const ms = msOfStamp(stamp.replace(/^-/u, ''));
  return ms !== undefined && stamp.startsWith('-') ? -ms : ms;
}

function moderate(item: Fields, type: string, held: HeldMessages): void {
  const target = idOf(item['target_message_id'] ?? item['target_id']);
  if (target !== undefined && /delete/u.test(type)) held.remove(target);
  if (type !== 'ban_user') return;
  const author = idOf(item['target_author_id']) ?? idOf(fieldsOf(item['author'])['target_id']);
  if (author !== undefined) held.removeAuthor(author);
}

/**
 * `locations` is one text ("0-4,6-10") in recordings of Twitch, and a list of texts on live Twitch, where the name is
 * missing. YouTube has no locations, but the text of the message holds the emote's name.
 */
function readEmotes(list: readonly unknown[], text: string, emotes: EmoteFinder): void {
  const told = new Set<string>();
  for (const emote of list.slice(0, EMOTES_MAX).map(fieldsOf)) {
    const id = idOf(emote['id']);
    if (id === undefined) continue;
    const spans = spansOf(emote['locations']);
    const name = textOf(emote['name']) ?? nameAt(spans[0], text) ?? id;
    if (spans.length > 0) emotes.add(`twitch:${id}`, name, spans.length);
    else if (emote['is_custom_emoji'] === true) emotes.add(youtubeEmoteKey(id), name, occurrences(text, name));
    told.add(name);
  }
  emotes.addRest(text, told);
}

function spansOf(locations: unknown): string[] {
  const texts = typeof locations === 'string' ? [locations] : listOf(locations).map((one) => textOf(one) ?? '');
  return texts.flatMap((one) => one.split(',')).filter((span) => /^\d+-\d+$/u.test(span.trim()));
}

function nameAt(span: string | undefined, text: string): string | undefined {
  const [first = 0, last = -1] = (span ?? '').split('-').map(Number);
  const name = Array.from(text.slice(0, TEXT_MAX))
    .slice(first, last + 1)
    .join('')
    .trim();
  return name === '' ? undefined : name;
}

function occurrences(text: string, name: string): number {
  return Math.max(1, name === '' ? 1 : text.split(name).length - 1);
}
