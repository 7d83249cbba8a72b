import { type Meaning, draftFormat } from '../../reading/json/draft-format.ts';
import { partsOfHtml } from '../../reading/json/html-text.ts';
import { type Fields, fieldsOf, idOf, numberOf, textOf } from '../../reading/records/json-fields.ts';
import { wallTime } from '../../reading/utc.ts';

/** Events of a Matrix room, as clients export them and the API answers them (newest first). */
export const matrixJson = draftFormat({
  name: 'matrix-json',
  title: 'events of a Matrix room',
  isItem: (item) => 'origin_server_ts' in item && 'sender' in item && typeof item['type'] === 'string',
  timeOf: (item) => wallTime(numberOf(item['origin_server_ts'])),

  meaningOf(item) {
    if (item['type'] === 'm.room.redaction') {
      return { kind: 'removal', ids: [idOf(item['redacts'] ?? fieldsOf(item['content'])['redacts'])] };
    }
    return item['type'] === 'm.room.message' || item['type'] === 'm.sticker' ? messageOf(item) : undefined;
  },
});

function messageOf(item: Fields): Meaning | undefined {
  const content = fieldsOf(item['content']);
  // An edit repeats the message with another text.
  if (fieldsOf(content['m.relates_to'])['rel_type'] === 'm.replace') return undefined;
  const sender = textOf(item['sender']) ?? '';
  const html = textOf(content['formatted_body']) ?? '';
  const text = textOf(content['body']) ?? '';
  const draft = {
    at: wallTime(numberOf(item['origin_server_ts'])),
    id: idOf(item['event_id']),
    author: /^@([^:]+):/u.exec(sender)?.[1] ?? sender,
    authorId: sender,
    // Only HTML has the emotes of the room.
    parts: html.includes('data-mx-emoticon') ? partsOfHtml(html, 'matrix') : [text],
    deleted: 'redacted_because' in fieldsOf(item['unsigned']),
    bot: content['msgtype'] === 'm.notice',
  };
  return { kind: 'message', draft };
}
