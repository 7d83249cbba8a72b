import type { ChatKind } from '../../reading/chat.ts';
import { type Meaning, draftFormat, isoOf } from '../../reading/json/draft-format.ts';
import { partsOfHtml } from '../../reading/json/html-text.ts';
import { type Fields, fieldsOf, idOf, listOf, textOf } from '../../reading/records/json-fields.ts';

/** Types of events. Those without a kind tell who comes, goes and changes the name. */
const KINDS: Readonly<Record<string, ChatKind | undefined>> = {
  CHAT: 'chat',
  CHAT_ACTION: 'notice',
  SYSTEM: 'notice',
  FEDIVERSE_ENGAGEMENT_FOLLOW: 'notice',
  FEDIVERSE_ENGAGEMENT_LIKE: 'notice',
  FEDIVERSE_ENGAGEMENT_REPOST: 'notice',
  USER_JOINED: undefined,
  USER_PARTED: undefined,
  NAME_CHANGE: undefined,
  COLOR_CHANGE: undefined,
  CONNECTED_USER_INFO: undefined,
  'VISIBILITY-UPDATE': undefined,
};

/** Chat of Owncast: its API, that for the administrator, its socket and its webhooks. The texts are HTML. */
export const owncastJson = draftFormat({
  name: 'owncast-json',
  title: 'chat of Owncast',

  isItem(item) {
    if (isoOf(item['timestamp']) === undefined) return false;
    const type = textOf(item['type']);
    if (type !== undefined) return Object.hasOwn(KINDS, type);
    return typeof item['body'] === 'string' && 'displayName' in fieldsOf(item['user']);
  },

  timeOf: (item) => isoOf(item['timestamp']),

  meaningOf(item) {
    const type = textOf(item['type']) ?? 'CHAT';
    if (type === 'VISIBILITY-UPDATE') {
      return item['visible'] === false ? { kind: 'removal', ids: listOf(item['ids']).map(idOf) } : undefined;
    }
    const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
    return kind && messageOf(item, kind);
  },
});

function messageOf(item: Fields, kind: ChatKind): Meaning {
  const user = fieldsOf(item['user']);
  const draft = {
    at: isoOf(item['timestamp']),
    id: idOf(item['id']),
    // Old versions have the name beside the text.
    author: textOf(user['displayName']) ?? textOf(item['author']) ?? '',
    authorId: idOf(user['id']),
    parts: partsOfHtml(textOf(item['body']) ?? '', 'owncast'),
    kind,
    deleted: Boolean(item['hiddenAt']) || item['visible'] === false,
    bot: user['isBot'] === true,
  };
  return { kind: 'message', draft };
}
