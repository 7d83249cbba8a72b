import type { ChatKind, ChatMessage, ImportReport } from './chat.ts';
import type { ImportInput } from './format.ts';
import type { EmoteFinder } from './find-emotes.ts';
import { excerpt, VALUE_LENGTH } from './import-error.ts';
import { twitchEmoteOf } from './json/text-parts.ts';
import { named } from './message-ids.ts';
import { type Fields, fieldsOf, idOf, listOf, numberOf, textOf } from './records/json-fields.ts';
import { lengthOfDuration, utcOfIso } from './utc.ts';

/** Live chat is stored when it is written, but the offsets of some old recordings are wrong by up to an hour. */
const LIVE_LAG_MAX_MS = 4_500_000;
/** Notices that are ordinary messages with a special look. */
const CHAT_NOTICES = new Set(['highlighted-message', 'skip-subs-mode-message']);

/** Begin and end of the broadcast. They separate its chat from messages typed while watching the recording. */
export class Recording {
  #startedAt: number | undefined;

  learn(member: string, fields: Fields, report: ImportReport): void {
    if (member === 'streamer') {
      const name = textOf(fields['name']) ?? textOf(fields['login']);
      if (name) report.streamer = name;
      return;
    }
    const title = textOf(fields['title']);
    const streamer = textOf(fields['user_name']);
    const seconds = numberOf(fields['length']) ?? lengthOfDuration(textOf(fields['duration']) ?? '');
    if (title) report.title = title;
    if (streamer && !report.streamer) report.streamer = streamer;
    if (seconds !== undefined && seconds > 0) report.lengthMs = Math.round(seconds * 1000);
    this.#startedAt = utcOfIso(textOf(fields['created_at']) ?? '');
  }

  /**
   * Whether a comment was typed while the broadcast was live. Twitch's own answers say it in `source`. TwitchDownloader
   * leaves the field out; then a comment that was created hours after its place in the broadcast is not live.
   */
  isLive(comment: Fields, offsetMs: number, at: number | undefined): boolean {
    const source = textOf(comment['source']);
    if (source !== undefined) return source !== 'comment';
    if (at === undefined || this.#startedAt === undefined) return true;
    return at - (this.#startedAt + offsetMs) <= LIVE_LAG_MAX_MS;
  }
}

/** Whether an object is a comment of v5 or of GraphQL. Its time may be missing. */
export function isTwitchComment(comment: Fields): boolean {
  if (!('content_offset_seconds' in comment) && !('contentOffsetSeconds' in comment)) return false;
  return 'message' in comment || 'commenter' in comment;
}

/**
 * Reads a comment of a Twitch recording, as the API answers it and TwitchDownloader writes it; undefined when it was
 * skipped.
 */
export function readTwitchComment(
  comment: Fields,
  where: string,
  { notes, emotes }: ImportInput,
  recording: Recording,
): ChatMessage | undefined {
  const stamp = comment['content_offset_seconds'] ?? comment['contentOffsetSeconds'];
  const seconds = numberOf(stamp);
  if (seconds === undefined) {
    notes.skip(where, `it has no time (content_offset_seconds is ${shown(stamp)})`);
    return undefined;
  }
  const id = idOf(comment['_id'] ?? comment['id']);
  if (id && notes.isRepeat(id)) return undefined;
  const message = fieldsOf(comment['message']);
  const at = utcOfIso(textOf(comment['created_at'] ?? comment['createdAt']) ?? '');
  const stamped = Math.round(seconds * 1000);
  const kind: ChatKind = recording.isLive(comment, stamped, at) ? kindOf(message) : 'recording';
  const offsetMs = notes.place(stamped, kind, where);
  if (offsetMs === undefined) return undefined;
  const text = readText(message, emotes);
  const commenter = fieldsOf(comment['commenter']);
  const said = { offsetMs, author: nameOf(commenter), text, emotes: emotes.take(), kind };
  const authorId = idOf(commenter['_id'] ?? commenter['id']);
  return marked(named(said, { at, id, authorId }), comment, message);
}

/** Most messages have no marks, so the object is not copied for them. */
function marked(said: ChatMessage, comment: Fields, message: Fields): ChatMessage {
  const bits = numberOf(message['bits_spent']) ?? 0;
  const isDeleted = comment['state'] === 'deleted';
  if (bits <= 0 && !isDeleted) return said;
  return { ...said, ...(bits > 0 ? { bits } : {}), ...(isDeleted ? { deleted: true } : {}) };
}

/** The commenter may be null: the account is gone. */
function nameOf(commenter: Fields): string {
  const shownName = commenter['display_name'] ?? commenter['displayName'];
  return textOf(shownName) ?? textOf(commenter['name']) ?? textOf(commenter['login']) ?? '';
}

function kindOf(message: Fields): ChatKind {
  const params = fieldsOf(message['user_notice_params']);
  const id = textOf(params['msg_id']) ?? textOf(params['msg-id']) ?? '';
  return id === '' || CHAT_NOTICES.has(id) ? 'chat' : 'notice';
}

/** The text of a message; its emotes go to `emotes`. Fragments are trusted, the spans of `emoticons` are not. */
function readText(message: Fields, emotes: EmoteFinder): string {
  const fragments = listOf(message['fragments']).map(fieldsOf);
  const texts = fragments.map((fragment) => textOf(fragment['text']) ?? '');
  fragments.forEach((fragment, index) => {
    const text = texts[index] ?? '';
    const id = twitchEmoteOf(fragment);
    if (id) emotes.add(`twitch:${id}`, text.trim() || id);
    else emotes.addText(text);
  });
  const body = textOf(message['body']) ?? texts.join('');
  if (fragments.length === 0) readSpans(body, listOf(message['emoticons']), emotes);
  return body;
}

/** Characters in which the end of an emote's name is looked for. */
const EMOTE_NAME_MAX = 64;

/**
 * Only for files without fragments. `begin` counts code points. `end` is one too large in some versions, so an emote
 * ends at the next space. A span outside of the text is ignored.
 */
function readSpans(body: string, spans: readonly unknown[], emotes: EmoteFinder): void {
  const points = spans.length > 0 ? Array.from(body) : [];
  for (const span of spans.map(fieldsOf)) {
    const id = idOf(span['_id']);
    const begin = numberOf(span['begin']) ?? -1;
    const name = /^\S+/u.exec(points.slice(begin, begin + EMOTE_NAME_MAX).join(''))?.[0];
    if (id && begin >= 0 && name) emotes.add(`twitch:${id}`, name);
  }
  emotes.addText(body);
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : `"${excerpt(JSON.stringify(value), VALUE_LENGTH)}"`;
}
