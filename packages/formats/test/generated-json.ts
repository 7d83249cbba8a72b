import fc from 'fast-check';
import { anyTime, id, name, run, second, text, usec } from './generated-values.ts';

const anyIso = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom<unknown>('2024-05-01T18:00:00.123456789Z', '2024-05-01T18:00:01+02:00', 'x', null),
);
const anyId = fc.oneof(id, fc.nat(3), fc.jsonValue());
const html = fc.oneof(
  text.map((words) => `<p>${words}</p>`),
  fc.constantFrom('<p>a &amp; b &#128512; &#x; <img class="emoji" alt=":beer:" src="x"></p>', '<p', '<img alt="'),
);
const content = fc.oneof(
  text,
  html,
  fc.array(fc.oneof(text, run)),
  fc.record({ fragments: fc.array(run) }),
  fc.jsonValue(),
);
const inAnyDress = (item: fc.Arbitrary<unknown>) =>
  fc.tuple(fc.array(item, { maxLength: 10 }), fc.nat(4)).map(([items, dress]) => {
    if (dress === 0) return JSON.stringify(items);
    if (dress === 1) return items.map((one) => JSON.stringify(one)).join('\n');
    if (dress === 2) return items.map((one) => JSON.stringify(one, null, 1)).join('\n');
    if (dress === 3) return JSON.stringify({ data: { items }, more: 1 });
    return JSON.stringify(items) + JSON.stringify(items);
  });
const anyOf = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  inAnyDress(
    fc.oneof(
      { weight: 5, arbitrary: fc.record(fields, { requiredKeys: [] }) },
      { weight: 1, arbitrary: fc.jsonValue() },
    ),
  );

/** Generated files of the JSON formats that are known by their items, with right and wrong values mixed. */
export const generatedJson: Record<string, fc.Arbitrary<string>> = {
  'youtube-api': anyOf({
    kind: fc.constant('youtube#liveChatMessage'),
    id: anyId,
    snippet: fc.record({
      type: fc.constantFrom(
        'textMessageEvent',
        'superChatEvent',
        'messageDeletedEvent',
        'userBannedEvent',
        '__proto__',
      ),
      publishedAt: anyIso,
      displayMessage: content,
      messageDeletedDetails: fc.record({ deletedMessageId: anyId }),
    }),
    authorDetails: fc.oneof(fc.record({ channelId: anyId, displayName: name }), fc.jsonValue()),
  }),
  'twitch-eventsub': anyOf({
    metadata: fc.record({
      message_timestamp: anyIso,
      subscription_type: fc.constantFrom(
        'channel.chat.message',
        'channel.chat.message_delete',
        'channel.chat.notification',
      ),
    }),
    payload: fc.record({
      event: fc.oneof(fc.record({ message: content, message_id: anyId, chatter_user_name: name }), fc.jsonValue()),
    }),
  }),
  'kick-json': anyOf({
    event: fc.constantFrom('App\\Events\\ChatMessageEvent', 'App\\Events\\MessageDeletedEvent', 'x'),
    data: fc.oneof(
      fc.jsonValue().map((value) => JSON.stringify(value)),
      text,
    ),
    id: anyId,
    content: fc.oneof(content, fc.constant('[emote:1:KEK][emote:2:]x')),
    created_at: anyIso,
    sender: fc.oneof(fc.record({ id: anyId, slug: name, username: name }), fc.jsonValue()),
  }),
  'owncast-json': anyOf({
    id: anyId,
    ids: fc.array(anyId),
    type: fc.constantFrom('CHAT', 'USER_JOINED', 'VISIBILITY-UPDATE', 'SYSTEM', '__proto__'),
    timestamp: anyIso,
    visible: fc.boolean(),
    body: content,
    user: fc.oneof(fc.record({ id: anyId, displayName: name }), fc.jsonValue()),
  }),
  'bilibili-json': anyOf({
    cmd: fc.constantFrom('DANMU_MSG', 'DANMU_MSG:4:0:2:2:2:0', 'SUPER_CHAT_MESSAGE', 'SEND_GIFT', 'INTERACT_WORD'),
    info: fc.oneof(fc.tuple(fc.tuple(fc.nat(), usec, usec, usec, usec), text, fc.tuple(anyId, name)), fc.jsonValue()),
    data: fc.oneof(fc.record({ ts: usec, uid: anyId, uname: name, message: content }), fc.jsonValue()),
  }),
  'discord-json': anyOf({
    id: anyId,
    type: fc.oneof(fc.constantFrom<unknown>('Default', 'GuildMemberJoin', 0, 7, 8), fc.jsonValue()),
    timestamp: anyIso,
    content: fc.oneof(text, fc.constant('<:kek:1> :kek:')),
    author: fc.record({ id: anyId, name, discriminator: fc.constant('0') }),
    inlineEmojis: fc.oneof(fc.array(fc.record({ id: anyId, code: fc.constant('kek') })), fc.jsonValue()),
  }),
  'telegram-json': anyOf({
    id: anyId,
    type: fc.constantFrom('message', 'service'),
    date: fc.constantFrom('2024-05-01T18:00:00', 'x'),
    date_unixtime: fc.oneof(usec.map(String), fc.jsonValue()),
    from: fc.oneof(name, fc.jsonValue()),
    text: content,
  }),
  'slack-json': anyOf({
    type: fc.constantFrom('message', 'x'),
    subtype: fc.constantFrom<unknown>('channel_join', 'bot_message', null),
    ts: fc.constantFrom('1714586400.000200', '1714586401.000200', '1.2'),
    user: anyId,
    text: fc.oneof(content, fc.constant('<@U1> <http://x|y> :fire::fire: &lt;')),
  }),
  'matrix-json': anyOf({
    type: fc.constantFrom('m.room.message', 'm.room.redaction', 'm.room.member'),
    event_id: anyId,
    redacts: anyId,
    sender: fc.oneof(name, fc.constant('@ada:example.org')),
    origin_server_ts: fc.oneof(usec, fc.jsonValue()),
    content: fc.oneof(fc.record({ body: content, formatted_body: html }), fc.jsonValue()),
  }),
  'generic-json': anyOf({
    offset: fc.oneof(anyTime, second, fc.jsonValue()),
    timestamp: fc.oneof(anyIso, usec, fc.record({ $date: anyIso }), fc.jsonValue()),
    user: fc.oneof(name, fc.record({ name, id: anyId }), fc.jsonValue()),
    text: content,
    type: fc.constantFrom('chat', 'join', 'sub'),
    id: anyId,
  }),
};
