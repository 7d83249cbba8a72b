import { type Meaning, draftFormat, unixOf } from '../../reading/json/draft-format.ts';
import type { TextPart } from '../../reading/json/text-part.ts';
import { type Fields, fieldsOf, idOf, listOf, numberOf, textOf } from '../../reading/records/json-fields.ts';
import { wallTime } from '../../reading/utc.ts';

/** Positions in the list `info` of a comment. */
const INFO = { marks: 0, text: 1, user: 2, sent: 9 } as const;
/** Positions in its first element. */
const MARKS = { sentMs: 4, emoticon: 13 } as const;
const NOTICES = /^(?:SEND_GIFT|COMBO_SEND|GUARD_BUY|USER_TOAST_MSG)$/u;

/** Events of Bilibili's live rooms as recorders keep them, for example blrec: `{"cmd": "DANMU_MSG", "info": […]}`. */
export const bilibiliJson = draftFormat({
  name: 'bilibili-json',
  title: 'events of Bilibili Live',

  isItem(item) {
    const isEvent = /^[A-Z][A-Z0-9_]{2,40}(?::[\d:]+)?$/u.test(textOf(item['cmd']) ?? '');
    return isEvent && (Array.isArray(item['info']) || typeof item['data'] === 'object');
  },

  timeOf: (item) => commentTime(listOf(item['info'])) ?? dataTime(fieldsOf(item['data'])),

  meaningOf(item) {
    const command = textOf(item['cmd'])?.split(':', 1)[0] ?? '';
    if (command === 'DANMU_MSG') return commentOf(listOf(item['info']));
    const data = fieldsOf(item['data']);
    if (command === 'SUPER_CHAT_MESSAGE') return eventOf(data, [textOf(data['message']) ?? '']);
    return NOTICES.test(command) ? eventOf(data, undefined) : undefined;
  },
});

function commentTime(info: readonly unknown[]): number | undefined {
  const ms = numberOf(listOf(info[INFO.marks])[MARKS.sentMs]);
  return ms === undefined ? unixOf(fieldsOf(info[INFO.sent])['ts']) : wallTime(ms);
}

function dataTime(data: Fields): number | undefined {
  return unixOf(data['ts'] ?? data['start_time'] ?? data['timestamp']);
}

function commentOf(info: readonly unknown[]): Meaning {
  const user = listOf(info[INFO.user]);
  const text = textOf(info[INFO.text]) ?? '';
  const emoticon = textOf(fieldsOf(listOf(info[INFO.marks])[MARKS.emoticon])['emoticon_unique']);
  const parts: TextPart[] = emoticon ? [{ key: `custom:bilibili:${emoticon}`, name: text }] : [text];
  const draft = { at: commentTime(info), author: textOf(user[1]) ?? '', authorId: idOf(user[0]), parts };
  return { kind: 'message', draft };
}

function eventOf(data: Fields, parts: TextPart[] | undefined): Meaning {
  const user = fieldsOf(data['user_info']);
  const author = textOf(user['uname']) ?? textOf(data['uname']) ?? textOf(data['username']) ?? '';
  const draft = { at: dataTime(data), id: parts && idOf(data['id']), author, authorId: idOf(data['uid']), parts };
  return { kind: 'message', draft };
}
