import type { ChatKind } from '../../reading/chat.ts';
import { draftFormat, isoOf } from '../../reading/json/draft-format.ts';
import { type Fields, fieldsOf, idOf, textOf } from '../../reading/records/json-fields.ts';

/** Other types tell about the chat itself: its end, polls, its modes. */
const KINDS: Readonly<Record<string, ChatKind>> = {
  textMessageEvent: 'chat',
  superChatEvent: 'chat',
  fanFundingEvent: 'chat',
  superStickerEvent: 'notice',
  newSponsorEvent: 'notice',
  memberMilestoneChatEvent: 'notice',
  membershipGiftingEvent: 'notice',
  giftMembershipReceivedEvent: 'notice',
};

/** Answers of YouTube's Data API, `liveChatMessages.list` and `streamList`. */
export const youtubeApi = draftFormat({
  name: 'youtube-api',
  title: "live chat of YouTube's Data API",
  isItem: (item) => item['kind'] === 'youtube#liveChatMessage' || 'liveChatId' in fieldsOf(item['snippet']),
  timeOf: (item) => isoOf(fieldsOf(item['snippet'])['publishedAt']),

  meaningOf(item) {
    const snippet = fieldsOf(item['snippet']);
    const type = textOf(snippet['type']) ?? 'textMessageEvent';
    if (type === 'messageDeletedEvent') {
      return { kind: 'removal', ids: [idOf(fieldsOf(snippet['messageDeletedDetails'])['deletedMessageId'])] };
    }
    if (type === 'userBannedEvent') {
      const banned = fieldsOf(fieldsOf(snippet['userBannedDetails'])['bannedUserDetails']);
      return { kind: 'removal', authorId: idOf(banned['channelId']) };
    }
    const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
    if (kind === undefined) return undefined;
    const author = fieldsOf(item['authorDetails']);
    const draft = {
      at: isoOf(snippet['publishedAt']),
      id: idOf(item['id']),
      author: textOf(author['displayName']) ?? '',
      authorId: idOf(author['channelId'] ?? snippet['authorChannelId']),
      parts: [textIn(snippet)],
      kind,
    };
    return { kind: 'message', draft };
  },
});

/** What the viewer wrote. The displayed text of a paid message has the sum and the name before it. */
function textIn(snippet: Fields): string {
  const details = ['superChatDetails', 'fanFundingEventDetails', 'memberMilestoneChatDetails'].find(
    (name) => name in snippet,
  );
  if (details !== undefined) return textOf(fieldsOf(snippet[details])['userComment']) ?? '';
  const said = textOf(fieldsOf(snippet['textMessageDetails'])['messageText']);
  return said ?? textOf(snippet['displayMessage']) ?? '';
}
