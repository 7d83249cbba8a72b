import { describe, expect, it } from 'vitest';
import { comment, importBytes, refusal } from '../../../test/import-bytes.ts';

const said = [1.5, 2, 3].map((time, index) => ({ time, user: `u${index}`, text: `hi ${index}` }));
const json = (value: unknown) => JSON.stringify(value);
const pretty = (value: unknown) => JSON.stringify(value, null, 2);

describe('JSON in any dress', () => {
  it.each([
    ['a list', json(said)],
    ['JSON lines', said.map(json).join('\n')],
    ['JSON lines with commas', said.map((one) => `${json(one)},`).join('\n')],
    ['pretty objects one after another', said.map(pretty).join('\n')],
    ['several lists joined', json(said.slice(0, 1)) + json(said.slice(1))],
    ['several lists on lines', `${json(said.slice(0, 1))}\n${json(said.slice(1))}\n`],
    ['a list in an object', json({ title: 'Baking', tags: ['x'], messages: said, more: null })],
    ['a list deep in an object', pretty({ status: { message: 'ok' }, result: { chat: { items: said } } })],
    ['edges and nodes', json({ data: { messages: { edges: said.map((node) => ({ cursor: 'x', node })) } } })],
    ['pages on lines', `${json({ items: said.slice(0, 1) })}\n${json({ items: said.slice(1) })}`],
    ['pages one after another', pretty({ items: said.slice(0, 1) }) + pretty({ items: said.slice(1) })],
    ['a list of pages', json([{ data: { list: said.slice(0, 2) } }, { data: { list: said.slice(2) } }])],
    ['lists in a list', json(said.map((one) => [one]))],
    ['objects in lines', said.map((one) => json({ op: 0, d: one })).join('\n')],
  ])('is read: %s', async (_, text) => {
    for (const size of [1, 7, 65_536]) {
      const { messages, report } = await importBytes(text, { size });
      expect(messages.map(({ offsetMs, author, text: words }) => [offsetMs, author, words])).toEqual([
        [1_500, 'u0', 'hi 0'],
        [2_000, 'u1', 'hi 1'],
        [3_000, 'u2', 'hi 2'],
      ]);
      expect(report).toMatchObject({ format: 'generic-json', skipped: 0 });
    }
  });

  it('has lines of IRC beside what justlog read of them', async () => {
    const one = (line: string) => ({ text: 'x', username: '', timestamp: '2024-05-01T18:00:00Z', raw: line });
    const { messages, report } = await importBytes(
      json({
        messages: [
          one('@emotes=25:0-4;id=a;tmi-sent-ts=1714579205100;user-id=7 :ada!a@a PRIVMSG #b :Kappa hi'),
          one('@ban-duration=600;tmi-sent-ts=1714579206100 :tmi.twitch.tv CLEARCHAT #b :ada'),
        ],
      }),
    );
    expect(messages.map(({ author, text, deleted, emotes }) => [author, text, deleted, emotes.length])).toEqual([
      ['ada', 'Kappa hi', true, 1],
    ]);
    expect(report.format).toBe('irc-raw');
  });

  it('has texts of Messenger and Instagram whose bytes became characters', async () => {
    const one = (content: string) => ({ sender_name: 'Zo\u{C3}\u{AB}', timestamp_ms: 1_714_579_205_000, content });
    const { messages } = await importBytes(
      json({ messages: [one('caf\u{C3}\u{A9}'), one('na\u{EF}ve'), one('x 😀')] }),
    );
    expect(messages.map(({ author, text }) => [author, text])).toEqual([
      ['Zoë', 'café'],
      ['Zoë', 'naïve'],
      ['Zoë', 'x 😀'],
    ]);
  });

  it('is refused with the chats of a whole account of Telegram', async () => {
    const chat = (text: string) => ({
      name: text,
      messages: [{ id: 1, type: 'message', date: '2024-05-01T18:00:05', from: 'Ada', text }],
    });
    expect(await refusal(json({ chats: { list: [chat('a'), chat('b')] } }))).toMatch(
      /^The file has the chats of a whole account of Telegram, .* "Export chat history", as JSON$/u,
    );
    expect(await refusal(json({ chats: { list: [chat('a')] } }))).toBe('imported 1 messages');
  });

  it('is read when the list is longer than the head of the file, and what stands before it is long', async () => {
    const long = Array.from({ length: 3_000 }, (_, index) => ({ seconds: index, user: 'ada', text: `hi ${index}` }));
    const { messages } = await importBytes(json({ info: { about: 'x'.repeat(30_000) }, data: { list: long } }));
    expect([messages.length, messages.at(-1)?.text]).toEqual([3_000, 'hi 2999']);
  });

  it('is read as the same format when a tool of its own wrote the items', async () => {
    const comments = [comment(1, 'one', { _id: 'a' }), comment(2, 'two', { _id: 'b' })];
    const edge = (id: string, seconds: number) => ({
      cursor: 'x',
      node: {
        id,
        commenter: seconds > 1 ? null : { id: '7', login: 'ada', displayName: 'Ada' },
        contentOffsetSeconds: seconds,
        message: {
          fragments: [
            { text: 'Kappa', emote: { id: '25;0;4', emoteID: '25' } },
            { text: ' hi', emote: null },
          ],
        },
      },
    });
    const answer = { data: { video: { comments: { edges: [edge('a', 1), edge('b', 2)] } } } };
    for (const text of [json(comments), json([answer]), json(answer), json(answer.data.video.comments.edges)]) {
      const { messages, report } = await importBytes(text);
      expect(report.format).toBe('twitch-comment-pages');
      expect(messages.map(({ id, offsetMs }) => [id, offsetMs])).toEqual([
        ['a', 1_000],
        ['b', 2_000],
      ]);
    }
    const { messages } = await importBytes(json(answer));
    expect(messages[0]).toMatchObject({
      author: 'Ada',
      authorId: '7',
      text: 'Kappa hi',
      emotes: [{ key: 'twitch:25', name: 'Kappa', count: 1 }],
    });
    expect(messages[1]?.author).toBe('');
  });

  it('goes on behind a line that is no JSON, and names it', async () => {
    const { messages, report } = await importBytes(`${json(said[0])}\n{"time":2,\n${json(said[2])}`);
    expect(messages.length).toBe(2);
    expect(report.skips).toEqual([{ where: 'line 2', reason: 'it is cut off, so it is not valid JSON' }]);
  });

  it('names the item and its page where a time is missing', async () => {
    const pages = [{ items: [said[0]] }, { items: [said[1], { user: 'x', text: 'lost' }] }];
    const { report } = await importBytes(pages.map(json).join('\n'));
    expect(report.skips).toEqual([{ where: 'element 2 of line 2', reason: 'it has no time in "time" (seconds)' }]);
  });

  it('is refused when it is a list of texts, as of a set of video frames', async () => {
    expect(await refusal(json([null, null, 'gg', null]))).toMatch(/^The JSON is a list of texts without times/u);
  });
});
