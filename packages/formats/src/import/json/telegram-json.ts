import type { FileHead } from '../../reading/format.ts';
import { draftFormat, isoOf, unixOf } from '../../reading/json/draft-format.ts';
import { partsOfContent } from '../../reading/json/text-parts.ts';
import { type Fields, fieldsOf, idOf, textOf } from '../../reading/records/json-fields.ts';

/** `result.json` of Telegram Desktop. Its dates have no zone, so `date_unixtime` comes first. */
export const telegramJson = draftFormat({
  name: 'telegram-json',
  title: 'export of Telegram',

  isItem(item) {
    const isMessage = (item['type'] === 'message' || item['type'] === 'service') && typeof item['date'] === 'string';
    return isMessage && ('date_unixtime' in item || 'from' in item || 'actor' in item);
  },

  timeOf,

  refusalOf(head, { path }) {
    if (path[0] !== 'chats' || (head.isWhole && chatsIn(head) === 1)) return undefined;
    return (
      'The file has the chats of a whole account of Telegram, which are no one broadcast: open the chat in Telegram ' +
      'Desktop and choose "Export chat history", as JSON'
    );
  },

  meaningOf(item) {
    // Service messages tell who joined, what was pinned and who called.
    if (item['type'] !== 'message') return undefined;
    const text = item['text'] === '' ? undefined : item['text'];
    const draft = {
      at: timeOf(item),
      id: idOf(item['id']),
      author: textOf(item['from']) ?? '',
      authorId: idOf(item['from_id']),
      parts: partsOfContent(text ?? item['sticker_emoji'] ?? ''),
    };
    return { kind: 'message', draft };
  },
});

function chatsIn({ json }: FileHead): number {
  const { list } = fieldsOf(fieldsOf(json[0])['chats']);
  return Array.isArray(list) ? list.length : 0;
}

function timeOf(item: Fields): number | undefined {
  return unixOf(item['date_unixtime']) ?? isoOf(item['date']);
}
