import type { ChatKind, ChatMessage } from '../../reading/chat.ts';
import type { ImportInput } from '../../reading/format.ts';
import { HeldMessages } from '../../reading/held-messages.ts';
import { named } from '../../reading/message-ids.ts';
import { itemFormat } from '../../reading/json/item-format.ts';
import { type Fields, fieldsOf, listOf, numberOf, textOf } from '../../reading/records/json-fields.ts';
import { wallTime } from '../../reading/utc.ts';
import { addYoutubeEmoji } from '../../reading/youtube-emoji.ts';

/** Renderers of messages. Engagement notes and placeholders are no messages. */
const KINDS: Readonly<Record<string, ChatKind>> = {
  liveChatTextMessageRenderer: 'chat',
  liveChatPaidMessageRenderer: 'chat',
  liveChatPaidStickerRenderer: 'notice',
  liveChatMembershipItemRenderer: 'notice',
  liveChatSponsorshipsGiftPurchaseAnnouncementRenderer: 'notice',
  liveChatSponsorshipsGiftRedemptionAnnouncementRenderer: 'notice',
};

/**
 * `live_chat.json` of yt-dlp: JSON lines. Replays have `videoOffsetTimeMsec` inside of `replayChatItemAction`, captures
 * of a live broadcast beside it. The answers that YouTube gives its own page hold such actions in a list, in a live
 * broadcast without the wrapper.
 */
export const youtubeLiveChat = itemFormat({
  name: 'youtube-live-chat',
  title: 'live_chat.json of yt-dlp',
  itemName: 'action',
  isItem: (value) => isAction(fieldsOf(value)),

  open(input) {
    const held = new HeldMessages(input.notes.report);
    return {
      item(value, where, out) {
        const line = fieldsOf(value);
        if (!('replayChatItemAction' in line)) {
          if (isAction(line)) readAction(line, { input, held, offset: undefined, isBare: true, where, out });
          else if (!hasOther(line)) input.notes.skip(where, 'it has no replayChatItemAction with actions');
          return;
        }
        const replay = fieldsOf(line['replayChatItemAction']);
        const offset = numberOf(replay['videoOffsetTimeMsec'] ?? line['videoOffsetTimeMsec']);
        const actions = listOf(replay['actions']);
        if (actions.length === 0) input.notes.skip(where, 'it has no replayChatItemAction with actions');
        for (const action of actions) readAction(fieldsOf(action), { input, held, offset, isBare: false, where, out });
      },
      end: (out) => held.flush(out),
    };
  },
});

function isAction(fields: Fields): boolean {
  return 'replayChatItemAction' in fields || 'addChatItemAction' in fields;
}

/** Whether it is an action of another sort, for example one about a poll or a ticker. */
function hasOther(fields: Fields): boolean {
  return Object.keys(fields).some((name) => name.endsWith('Action') || name.endsWith('Command'));
}

interface Reading {
  readonly input: ImportInput;
  readonly held: HeldMessages;
  /** ms since the broadcast began */
  readonly offset: number | undefined;
  /** an action without the wrapper of a recording: only the wall clock tells its time */
  readonly isBare: boolean;
  readonly where: string;
  readonly out: ChatMessage[];
}

/** Passes over actions that are not about a message, and ticker items, because they repeat a paid message. */
function readAction(action: Fields, reading: Reading): void {
  const { held } = reading;
  if ('addChatItemAction' in action) add(fieldsOf(fieldsOf(action['addChatItemAction'])['item']), reading);
  if ('replaceChatItemAction' in action) replace(fieldsOf(action['replaceChatItemAction']), reading);
  const deleted = fieldsOf(action['markChatItemAsDeletedAction'] ?? action['removeChatItemAction']);
  const banned = fieldsOf(action['markChatItemsByAuthorAsDeletedAction'] ?? action['removeChatItemByAuthorAction']);
  const id = textOf(deleted['targetItemId']);
  const author = textOf(banned['externalChannelId']);
  if (id !== undefined) held.remove(id);
  if (author !== undefined) held.removeAuthor(author);
}

function add(item: Fields, reading: Reading): void {
  const found = rendererOf(item);
  if (!found) return;
  const { input, held, where, out } = reading;
  const { kind, fields } = found;
  const id = textOf(fields['id']);
  if (id && input.notes.isRepeat(id)) return;
  const at = wallTime((numberOf(fields['timestampUsec']) ?? -1) / 1000);
  const stamp = stampOf(fields, at, reading);
  if (stamp === undefined) {
    input.notes.skip(where, 'it has no time (no videoOffsetTimeMsec)');
    return;
  }
  const offsetMs = input.notes.place(stamp, kind, where);
  if (offsetMs === undefined) return;
  const authorId = textOf(fields['authorExternalChannelId']);
  const { author, emotes, text } = contentOf(fields, input);
  held.add(named({ offsetMs, author, text, emotes, kind }, { at, id, authorId }), id, authorId ?? '', out);
}

function stampOf(renderer: Fields, at: number | undefined, { offset, isBare, input }: Reading): number | undefined {
  if (offset !== undefined) return beforeTheStart(renderer, offset);
  return isBare && at !== undefined ? input.notes.sinceFirst(at) : undefined;
}

/**
 * A message of the waiting room has offset 0. Only its displayed time says how long before the start it was written.
 */
function beforeTheStart(renderer: Fields, offset: number): number {
  if (offset !== 0) return offset;
  const match = /^-(?:(\d{1,3}):)?(\d{1,3}):(\d{2})$/u.exec(simpleText(renderer['timestampText']));
  if (!match) return 0;
  const [, hours = '0', minutes = '0', seconds = '0'] = match;
  return -(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}

/** Replaces a message or a placeholder, for example after a moderator approved it. It does not add a second message. */
function replace(action: Fields, reading: Reading): void {
  const item = fieldsOf(action['replacementItem']);
  const found = rendererOf(item);
  if (!found) return;
  const content = contentOf(found.fields, reading.input);
  const isKnown = reading.held.replace(textOf(action['targetItemId']) ?? '', content);
  // Otherwise it replaces a placeholder, which was not counted.
  if (!isKnown) add(item, reading);
}

function rendererOf(item: Fields): { kind: ChatKind; fields: Fields } | undefined {
  for (const name in item) {
    const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
    if (kind) return { kind, fields: fieldsOf(item[name]) };
  }
  return undefined;
}

function contentOf(renderer: Fields, { emotes }: ImportInput): Pick<ChatMessage, 'author' | 'text' | 'emotes'> {
  const header = fieldsOf(fieldsOf(renderer['header'])['liveChatSponsorshipsHeaderRenderer']);
  const author = simpleText(renderer['authorName'] ?? header['authorName']);
  const message = fieldsOf(renderer['message'] ?? renderer['headerSubtext'] ?? header['primaryText']);
  let text = textOf(message['simpleText']) ?? '';
  if (text !== '') emotes.addText(text);
  for (const run of listOf(message['runs'])) {
    const part = fieldsOf(run);
    const emoji = part['emoji'];
    if (emoji === undefined) {
      const words = textOf(part['text']) ?? '';
      emotes.addText(words);
      text += words;
    } else text += addYoutubeEmoji(fieldsOf(emoji), emotes);
  }
  return { author, text, emotes: emotes.take() };
}

function simpleText(value: unknown): string {
  return textOf(fieldsOf(value)['simpleText']) ?? '';
}
