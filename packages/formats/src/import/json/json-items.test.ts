import { describe, expect, it } from 'vitest';
import { comment, importBytes } from '../../../test/import-bytes.ts';

const AT = Date.parse('2024-05-01T18:00:00Z');
const at = (second: number) => new Date(AT + second * 1_000).toISOString();
const lines = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join('\n');

describe('ids of JSON', () => {
  it('count a message once', async () => {
    const v5 = [comment(1, 'a', { _id: 'x' }), comment(2, 'b', { _id: 'y' }), comment(1, 'a', { _id: 'x' })];
    const live = (id: string, offset: number) => ({
      replayChatItemAction: {
        actions: [{ addChatItemAction: { item: { liveChatTextMessageRenderer: { id } } } }],
        videoOffsetTimeMsec: String(offset),
      },
    });
    const item = (id: string, second: number) => ({
      message_type: 'text_message',
      message: 'hi',
      message_id: id,
      time_in_seconds: second,
    });
    const irc = (id: string) => `@id=${id};tmi-sent-ts=${AT} :ada!ada@ada.tmi.twitch.tv PRIVMSG #bo :hi`;
    const files = [
      JSON.stringify(v5),
      lines([live('x', 0), live('y', 1_000), live('x', 0)]),
      lines([item('x', 0), item('y', 1), item('x', 0)]),
      [irc('x'), irc('y'), irc('x')].join('\n'),
      lines(['x', 'y', 'x'].map((id) => ({ id, timestamp: at(0), user: 'ada', text: 'hi' }))),
    ];
    for (const file of files) {
      const { messages, report } = await importBytes(file);
      expect([messages.length, report.messages, report.repeated]).toEqual([2, 2, 1]);
      expect(messages.map(({ id }) => id)).toEqual(['x', 'y']);
    }
  });

  it('that are those of the author make no repeats', async () => {
    const said = [0, 1, 2].map((second) => ({ id: 7, timestamp: at(second), user: 'ada', text: 'hi' }));
    expect((await importBytes(lines(said))).report).toMatchObject({ messages: 3, repeated: 0 });
  });
});

describe('authors and texts inside of objects', () => {
  it.each([
    ['user.username', { user: { id: 1, username: 'ada' }, message: 'hi' }, 'ada', '1'],
    ['sender.name', { sender: { name: 'Ada', user_id: 5 }, content: 'hi' }, 'Ada', '5'],
    ['from.first_name', { from: { id: 5, first_name: 'Ada', last_name: 'Lark' }, text: 'hi' }, 'Ada Lark', '5'],
    ['data.nickname', { data: { uniqueId: 'ada1', nickname: 'Ada', comment: 'hi', userId: '5' } }, 'Ada', '5'],
    ['author in a text', { profile: '{"nickname":"Ada"}', userIdHash: 'h', content: 'hi' }, 'Ada', 'h'],
    [
      'from.user',
      { from: { user: { displayName: 'Ada' } }, body: { contentType: 'html', content: '<p>hi</p>' } },
      'Ada',
    ],
    ['only an id', { user_id: 5, text: 'hi' }, '5', '5'],
    ['runs', { author: { name: 'Ada' }, message: { runs: [{ text: 'hi' }] } }, 'Ada'],
    ['parts', { author: 'Ada', message: ['h', { text: 'i' }] }, 'Ada'],
  ])('are found: %s', async (_, fields, author, authorId?: string) => {
    const { messages } = await importBytes(
      lines([
        { timestamp: at(0), ...fields },
        { timestamp: at(1), ...fields },
      ]),
    );
    expect(messages.map((message) => [message.author, message.authorId, message.text])).toEqual([
      [author, authorId, 'hi'],
      [author, authorId, 'hi'],
    ]);
  });

  it('are not those of the message that is answered, and the time is not that of the account', async () => {
    const reply = { text: 'older', user: { name: 'Bo' }, timestamp: at(-60) };
    const user = { name: 'Ada', createdAt: '2020-01-01T00:00:00Z' };
    const said = [0, 1].map((second) => ({ reply_to: reply, user, sent_at: at(second), text: 'hi' }));
    const { messages } = await importBytes(lines(said));
    expect(messages.map(({ author, text, offsetMs }) => [author, text, offsetMs])).toEqual([
      ['Ada', 'hi', 0],
      ['Ada', 'hi', 1_000],
    ]);
  });

  it('give emotes that stand in lists, in marks and in HTML', async () => {
    const emote = { type: 'emote', text: 'Kappa', emote: { id: '25' } };
    const texts = [[{ type: 'text', text: 'a ' }, emote], 'b [emote:7:KEK]', 'c <a:blob:8>', '<p>d &lt;3 🔥</p>'];
    const { messages } = await importBytes(
      lines(texts.map((text, second) => ({ timestamp: at(second), user: 'a', text }))),
    );
    expect(messages.map(({ text, emotes }) => [text, emotes.map(({ key }) => key)])).toEqual([
      ['a Kappa', ['twitch:25']],
      ['b KEK', ['custom:kick:7']],
      ['c :blob:', ['custom:discord:8']],
      ['d <3 🔥', ['unicode:1f525']],
    ]);
  });
});

describe('events of JSON', () => {
  it('without a text are notices, but joins and removals are no messages', async () => {
    const events = [
      { type: 'chat', timestamp: at(0), user: 'ada', text: 'hi' },
      { type: 'join', timestamp: at(1), user: 'bo' },
      { type: 'gift', timestamp: at(2), user: 'cy' },
      { type: 'message_deleted', timestamp: at(3), user: 'cy' },
      { type: 'chat', timestamp: at(4), user: 'ada', text: 'ho', is_deleted: true, bits: 100 },
    ];
    const { messages, report } = await importBytes(lines(events));
    expect(messages.map(({ kind, author, deleted, bits }) => [kind, author, deleted, bits])).toEqual([
      ['chat', 'ada', undefined, undefined],
      ['notice', 'cy', undefined, undefined],
      ['chat', 'ada', true, 100],
    ]);
    expect(report).toMatchObject({ skipped: 0, deleted: 1 });
  });
});
