import { describe, expect, it } from 'vitest';
import { importBytes } from '../../../test/import-bytes.ts';

const AT = Date.parse('2024-05-01T18:00:00Z');
const at = (second: number) => new Date(AT + second * 1_000).toISOString();
const unix = (second: number) => AT / 1_000 + second;
const json = (value: unknown) => JSON.stringify(value);
const lines = (values: readonly unknown[]) => values.map(json).join('\n');

/** Format, and of each message: time, author, text, kind, and "deleted" for one that was removed. */
async function read(text: string) {
  const { messages, report } = await importBytes(text);
  const said = messages.map(({ offsetMs, author, text: words, kind, deleted }) =>
    [offsetMs, author, words, kind, ...(deleted ? ['deleted'] : [])].join(' | '),
  );
  return { format: report.format, said, skips: report.skips, messages };
}

it('joins of Rocket.Chat are no messages, and Gitter has its time in "sent"', async () => {
  const u = { _id: 'u1', username: 'ada' };
  const rocket = await importBytes(
    JSON.stringify({
      messages: [
        { _id: '1', msg: 'hi', ts: '2024-05-01T18:00:05.123Z', u },
        { _id: '2', t: 'uj', ts: '2024-05-01T18:00:06.123Z', msg: 'ada', u },
      ],
    }),
  );
  expect(rocket.messages.map(({ text }) => text)).toEqual(['hi']);
  const gitter = await importBytes(JSON.stringify([{ text: 'hi', sent: '2024-05-01T18:00:05.123Z', fromUser: u }]));
  expect(gitter.messages.map(({ author, text }) => [author, text])).toEqual([['ada', 'hi']]);
});

describe("YouTube's Data API", () => {
  const item = (id: string, type: string, second: number, more: object = {}) => ({
    kind: 'youtube#liveChatMessage',
    id,
    snippet: { type, publishedAt: at(second), displayMessage: 'shown', ...more },
    authorDetails: { channelId: `UC${id}`, displayName: `@${id}` },
  });

  it('has paid messages, notices and removals, in pages one after another', async () => {
    const first = [
      item('a', 'textMessageEvent', 0, { textMessageDetails: { messageText: 'hi' } }),
      item('b', 'superChatEvent', 1, { superChatDetails: { userComment: 'gg', amountDisplayString: '$5.00' } }),
    ];
    const second = [
      item('c', 'newSponsorEvent', 2),
      item('d', 'messageDeletedEvent', 3, { messageDeletedDetails: { deletedMessageId: 'a' } }),
      item('e', 'userBannedEvent', 4, { userBannedDetails: { bannedUserDetails: { channelId: 'UCb' } } }),
      item('f', 'chatEndedEvent', 5),
    ];
    const { format, said, skips } = await read(JSON.stringify({ items: first }, null, 2) + json({ items: second }));
    expect([format, skips]).toEqual(['youtube-api', []]);
    expect(said).toEqual([
      '0 | @a | hi | chat | deleted',
      '1000 | @b | gg | chat | deleted',
      '2000 | @c | shown | notice',
    ]);
  });
});

describe('Twitch EventSub', () => {
  it('has the time beside the event, fragments, bits and removals', async () => {
    const note = (type: string, second: number, event: object) => ({
      metadata: { message_type: 'notification', message_timestamp: at(second), subscription_type: type },
      payload: { subscription: { type, created_at: at(-60) }, event },
    });
    const message = {
      text: 'hi Kappa',
      fragments: [
        { type: 'text', text: 'hi ', emote: null },
        { type: 'emote', text: 'Kappa', emote: { id: '25' } },
      ],
    };
    const who = { chatter_user_id: '5', chatter_user_name: 'Ada' };
    const { format, said, messages } = await read(
      lines([
        { metadata: { message_type: 'session_welcome', message_timestamp: at(-1) }, payload: { session: {} } },
        note('channel.chat.message', 0, { ...who, message_id: 'a', message, cheer: { bits: 100 } }),
        note('channel.chat.message', 1, { ...who, message_id: 'b', message }),
        note('channel.chat.message_delete', 2, { message_id: 'b' }),
        note('channel.chat.notification', 3, { ...who, message_id: 'c', message: { text: 'resub', fragments: [] } }),
      ]),
    );
    expect(format).toBe('twitch-eventsub');
    expect(said).toEqual([
      '0 | Ada | hi Kappa | chat',
      '1000 | Ada | hi Kappa | chat | deleted',
      '3000 | Ada | resub | notice',
    ]);
    expect(messages[0]).toMatchObject({ bits: 100, authorId: '5', emotes: [{ key: 'twitch:25', count: 1 }] });
  });
});

describe('Kick', () => {
  const message = (id: string, second: number, content: string) => ({
    id,
    content,
    type: 'message',
    created_at: at(second),
    sender: { id: 9, slug: 'ada', username: 'Ada', identity: { badges: [] } },
  });

  it('has pages with the newest message first', async () => {
    const page = { data: { messages: [message('b', 2, '[emote:7:KEK][emote:7:KEK]'), message('a', 0, 'hi')] } };
    const { format, said, messages } = await read(json(page));
    expect([format, ...said]).toEqual(['kick-json', '0 | Ada | hi | chat', '2000 | Ada | KEKKEK | chat']);
    expect(messages[1]?.emotes).toEqual([{ key: 'custom:kick:7', name: 'KEK', count: 2 }]);
  });

  it('has events of its socket, whose data is JSON in a text', async () => {
    const event = (name: string, data: object) => ({ event: `App\\Events\\${name}`, data: json(data), channel: 'x' });
    const { said } = await read(
      lines([
        event('ChatMessageEvent', message('a', 0, 'hi')),
        event('ChatMessageEvent', message('b', 1, 'ho')),
        event('MessageDeletedEvent', { message: { id: 'a' } }),
        event('StreamHostEvent', {}),
      ]),
    );
    expect(said).toEqual(['0 | Ada | hi | chat | deleted', '1000 | Ada | ho | chat']);
  });
});

describe('Owncast', () => {
  it('has HTML, removals, and events that are no messages', async () => {
    const event = (type: string, second: number, more: object) => ({ type, timestamp: at(second), ...more });
    const user = { id: 'x', displayName: 'ada' };
    const { format, said, messages } = await read(
      json([
        event('USER_JOINED', 0, { id: 'u', user }),
        event('CHAT', 1, { id: 'a', user, body: '<p>hi <img class="emoji" alt=":beer:" src="/x"></p>\n' }),
        event('CHAT', 3, { id: 'b', user, body: '<p>a &amp; b<br>&#128293;</p>' }),
        event('VISIBILITY-UPDATE', 4, { ids: ['a'], visible: false }),
        event('SYSTEM', 5, { id: 'c', body: 'live' }),
      ]),
    );
    expect(format).toBe('owncast-json');
    expect(said).toEqual([
      '0 | ada | hi :beer: | chat | deleted',
      '2000 | ada | a & b\n🔥 | chat',
      '4000 |  | live | notice',
    ]);
    expect(messages[0]?.emotes).toEqual([{ key: 'custom:owncast:beer', name: ':beer:', count: 1 }]);
    expect(messages[1]?.emotes[0]?.key).toBe('unicode:1f525');
  });
});

describe('Bilibili', () => {
  it('has comments, paid messages and gifts; other events are no messages', async () => {
    const info = (second: number, text: string) => [[0, 1, 25, 0, (unix(second) + 0.5) * 1_000], text, [5, '观众']];
    const { format, said } = await read(
      lines([
        { cmd: 'INTERACT_WORD', data: { uname: '观众', timestamp: unix(0) } },
        { cmd: 'DANMU_MSG', info: info(0, '弹幕') },
        { cmd: 'DANMU_MSG:4:0:2:2:2:0', info: info(2, '好') },
        { cmd: 'SUPER_CHAT_MESSAGE', data: { id: 1, uid: 6, ts: unix(3), message: 'gg', user_info: { uname: 'bo' } } },
        { cmd: 'SEND_GIFT', data: { uid: 7, uname: 'cy', timestamp: unix(4), giftName: 'x' } },
      ]),
    );
    expect(format).toBe('bilibili-json');
    expect(said).toEqual([
      '0 | 观众 | 弹幕 | chat',
      '2000 | 观众 | 好 | chat',
      '2500 | bo | gg | chat',
      '3500 | cy |  | notice',
    ]);
  });
});

describe('Discord', () => {
  it('has messages of DiscordChatExporter, with nicknames and emotes', async () => {
    const author = { id: '1', name: 'ada', nickname: 'Ada Lark', discriminator: '0000', isBot: false };
    const message = (id: string, second: number, type: string, content: string) => ({
      id,
      type,
      timestamp: at(second),
      timestampEdited: at(900),
      content,
      author,
      inlineEmojis: [{ id: '77', name: 'kek', code: 'kek' }],
    });
    const { format, said, messages } = await read(
      json({
        guild: { name: 'Bakery' },
        exportedAt: at(9_000),
        messages: [
          message('1', 0, 'Default', 'hi :kek:'),
          message('2', 1, 'GuildMemberJoin', 'Joined the server.'),
          message('3', 2, 'Reply', 'ho'),
        ],
      }),
    );
    expect([format, ...said]).toEqual([
      'discord-json',
      '0 | Ada Lark | hi :kek: | chat',
      '2000 | Ada Lark | ho | chat',
    ]);
    expect(messages[0]?.emotes).toEqual([{ key: 'custom:discord:77', name: ':kek:', count: 1 }]);
  });

  it('has the data that it hands out, newest first', async () => {
    const rows = [
      { ID: 2, Timestamp: '2024-05-01 18:00:04', Contents: 'b', Attachments: '' },
      { ID: 1, Timestamp: '2024-05-01 18:00:00', Contents: 'a <:kek:77>', Attachments: '' },
    ];
    expect((await read(json(rows))).said).toEqual(['0 |  | a :kek: | chat', '4000 |  | b | chat']);
  });
});

describe('Telegram', () => {
  it('has texts of entities, stickers, and service messages that are no messages', async () => {
    const message = (id: number, more: object) => ({
      id,
      type: 'message',
      date: '2024-05-01T20:00:00',
      date_unixtime: String(unix(id)),
      from: 'Ada',
      from_id: 'user1',
      ...more,
    });
    const { format, said } = await read(
      JSON.stringify(
        {
          name: 'Bakery',
          messages: [
            message(0, { type: 'service', actor: 'Ada', action: 'invite_members', text: '' }),
            message(1, { text: ['hi ', { type: 'bold', text: 'you' }, '!'] }),
            message(3, { text: '', media_type: 'sticker', sticker_emoji: '🔥' }),
          ],
        },
        null,
        1,
      ),
    );
    expect([format, ...said]).toEqual(['telegram-json', '0 | Ada | hi you! | chat', '2000 | Ada | 🔥 | chat']);
  });
});

describe('Slack', () => {
  it('has emotes, links and mentions in marks', async () => {
    const profile = { display_name: 'ada', real_name: 'Ada Lark' };
    const message = (second: number, text: string, more: object = {}) => ({
      type: 'message',
      user: 'U1',
      text,
      ts: `${unix(second)}.000200`,
      user_profile: profile,
      ...more,
    });
    const { format, said, messages } = await read(
      json([
        message(0, 'hi <@U2> <https://example.org|page> &amp; :fire::fire: 10:30:45'),
        message(1, '<@U3> has joined', { subtype: 'channel_join' }),
      ]),
    );
    expect([format, ...said]).toEqual(['slack-json', '0 | ada | hi @U2 page & :fire::fire: 10:30:45 | chat']);
    expect(messages[0]?.emotes).toEqual([{ key: 'custom:slack:fire', name: ':fire:', count: 2 }]);
  });
});

describe('Matrix', () => {
  it('has edits that are passed over, redactions and members', async () => {
    const event = (id: string, second: number, content: object, more: object = {}) => ({
      event_id: id,
      type: 'm.room.message',
      sender: '@ada:example.org',
      origin_server_ts: AT + second * 1_000,
      content,
      ...more,
    });
    const edit = { 'm.relates_to': { rel_type: 'm.replace', event_id: '$1' } };
    const { format, said } = await read(
      json({
        messages: [
          event('$0', 0, { membership: 'join' }, { type: 'm.room.member' }),
          event('$1', 1, { msgtype: 'm.text', body: 'hi' }),
          event('$2', 2, { msgtype: 'm.text', body: '* ho', ...edit }),
          event('$3', 3, { msgtype: 'm.text', body: 'bad' }),
          event('$4', 4, {}, { type: 'm.room.redaction', redacts: '$3' }),
        ],
      }),
    );
    expect([format, ...said]).toEqual(['matrix-json', '0 | ada | hi | chat', '2000 | ada | bad | chat | deleted']);
  });
});

describe('niconico', () => {
  it('has plain lists and the objects of the old API', async () => {
    const list = [
      { id: '1', no: 1, vposMs: 9_000, body: 'late', userId: 'u', postedAt: '2022-07-27T00:24:44+09:00' },
      { id: '2', no: 2, vposMs: 1_000, body: 'early', userId: 'u', postedAt: '2022-07-27T00:24:44+09:00' },
    ];
    const old = [
      { ping: { content: 'rs:0' } },
      { thread: { thread: '1' } },
      { chat: { thread: '1', no: 1, vpos: 900, date: 1_658_849_084, user_id: 'u', content: 'late' } },
      { chat: { thread: '1', no: 2, vpos: 100, date: 1_658_849_084, user_id: 'u', content: 'early' } },
      { chat: { thread: '1', no: 3, vpos: 300, deleted: 1 } },
    ];
    for (const file of [json(list), lines(list), json(old), lines(old)]) {
      const { format, said, skips } = await read(file);
      expect([format, ...said]).toEqual(['niconico-json', '1000 | u | early | chat', '9000 | u | late | chat']);
      expect(skips).toEqual([]);
    }
  });
});

describe('answers that YouTube gives its own page', () => {
  it('are read by the wall clock when they have no wrapper of a recording', async () => {
    const action = (id: string, second: number) => ({
      clickTrackingParams: 'x',
      addChatItemAction: {
        item: {
          liveChatTextMessageRenderer: {
            id,
            timestampUsec: String(unix(second) * 1e6),
            authorName: { simpleText: '@ada' },
            message: { runs: [{ text: 'hi' }] },
          },
        },
      },
    });
    const actions = [action('a', 0), { addLiveChatTickerItemAction: {} }, action('b', 3)];
    const { format, said, skips } = await read(json({ continuationContents: { liveChatContinuation: { actions } } }));
    expect([format, ...said]).toEqual(['youtube-live-chat', '0 | @ada | hi | chat', '3000 | @ada | hi | chat']);
    expect(skips).toEqual([]);
  });
});
