import { type Meaning, draftFormat, isoOf } from '../../reading/json/draft-format.ts';
import { partsOfContent } from '../../reading/json/text-parts.ts';
import { type Fields, fieldsOf, idOf, numberOf, textOf } from '../../reading/records/json-fields.ts';

/** Notifications of Twitch EventSub about the chat, as a program receives them from the socket. */
export const twitchEventsub = draftFormat({
  name: 'twitch-eventsub',
  title: 'notifications of Twitch EventSub',
  isItem: (item) => typeOf(item).startsWith('channel.chat.') && 'event' in payloadOf(item),
  timeOf,

  meaningOf(item) {
    const event = fieldsOf(payloadOf(item)['event']);
    const type = typeOf(item);
    if (type === 'channel.chat.message' || type === 'channel.chat.notification') return messageOf(item, event);
    if (type === 'channel.chat.message_delete') return { kind: 'removal', ids: [idOf(event['message_id'])] };
    if (type === 'channel.chat.clear_user_messages') {
      return { kind: 'removal', authorId: idOf(event['target_user_id']) };
    }
    return undefined;
  },
});

function payloadOf(item: Fields): Fields {
  return 'payload' in item ? fieldsOf(item['payload']) : item;
}

function typeOf(item: Fields): string {
  const type = fieldsOf(item['metadata'])['subscription_type'] ?? fieldsOf(payloadOf(item)['subscription'])['type'];
  return textOf(type) ?? '';
}

/** The event itself has no time; the socket adds it. */
function timeOf(item: Fields): number | undefined {
  const added = fieldsOf(item['metadata'])['message_timestamp'];
  return isoOf(added ?? item['timestamp'] ?? item['received_at'] ?? item['time']);
}

function messageOf(item: Fields, event: Fields): Meaning {
  const isNotice = typeOf(item) === 'channel.chat.notification';
  const draft = {
    at: timeOf(item),
    id: idOf(event['message_id']),
    author: textOf(event['chatter_user_name']) ?? textOf(event['chatter_user_login']) ?? '',
    authorId: idOf(event['chatter_user_id']),
    parts: partsOfContent(event['message']),
    ...(isNotice ? ({ kind: 'notice' } as const) : {}),
    bits: numberOf(fieldsOf(event['cheer'])['bits']),
  };
  return { kind: 'message', draft };
}
