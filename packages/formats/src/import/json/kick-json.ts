import { type Meaning, draftFormat, isoOf, unixOf } from '../../reading/json/draft-format.ts';
import { partsOfContent } from '../../reading/json/text-parts.ts';
import { type Fields, fieldsOf, idOf, textOf } from '../../reading/records/json-fields.ts';

/**
 * Chat of Kick: pages of its web API, webhooks, and the events of its socket, whose `data` is JSON in a text. The pages
 * have the newest message first.
 */
export const kickJson = draftFormat({
  name: 'kick-json',
  title: 'chat of Kick',
  isItem: (item) => isMessage(item) || eventOf(item) !== undefined,
  timeOf: (item) => timeOf(eventOf(item)?.data ?? item),

  meaningOf(item) {
    const event = eventOf(item);
    if (!event) return messageOf(item);
    const { name, data } = event;
    if (name === 'ChatMessageEvent' || name === 'ChatMessageSentEvent') return messageOf(data);
    if (name === 'MessageDeletedEvent') return { kind: 'removal', ids: [idOf(fieldsOf(data['message'])['id'])] };
    if (name === 'UserBannedEvent') return { kind: 'removal', authorId: idOf(fieldsOf(data['user'])['id']) };
    return undefined;
  },
});

function isMessage(item: Fields): boolean {
  const sender = fieldsOf(item['sender']);
  return (
    'content' in item &&
    ('slug' in sender || 'channel_slug' in sender || ('username' in sender && 'identity' in sender))
  );
}

function eventOf(item: Fields): { name: string; data: Fields } | undefined {
  const name = /^App\\Events\\(\w+)$/u.exec(textOf(item['event']) ?? '')?.[1];
  if (name === undefined) return undefined;
  try {
    const { data } = item;
    return { name, data: fieldsOf(typeof data === 'string' ? JSON.parse(data) : data) };
  } catch {
    return { name, data: {} };
  }
}

function timeOf(message: Fields): number | undefined {
  const created = message['created_at'];
  return isoOf(created) ?? unixOf(created);
}

function messageOf(message: Fields): Meaning {
  const sender = fieldsOf(message['sender']);
  const draft = {
    at: timeOf(message),
    id: idOf(message['id'] ?? message['message_id']),
    author: textOf(sender['username']) ?? textOf(sender['slug']) ?? '',
    authorId: idOf(sender['id'] ?? sender['user_id']),
    parts: partsOfContent(message['content'] ?? ''),
    deleted: Boolean(message['deleted_at']),
  };
  return { kind: 'message', draft };
}
