import { describe, expect, it } from 'vitest';
import { importBytes, refusal } from '../../test/import-bytes.ts';

const sent = 1_704_557_984_000;

function privmsg(text: string, { second = 0, tags = '' } = {}): string {
  return `@tmi-sent-ts=${sent + second * 1_000};display-name=Ada;${tags} :ada!ada@ada.tmi.twitch.tv PRIVMSG #bo :${text}`;
}

const messagesOf = async (lines: readonly string[]) =>
  (await importBytes(JSON.stringify({ messages: lines }))).messages;

describe('raw IRC', () => {
  it('counts spans of emotes in code points, behind emoji as well', async () => {
    const [message] = await messagesOf([privmsg('🔥🔥 Kappa x LUL LUL', { tags: 'emotes=25:3-7/425618:11-13,15-17' })]);
    expect(message).toEqual({
      offsetMs: 0,
      at: sent,
      author: 'Ada',
      text: '🔥🔥 Kappa x LUL LUL',
      emotes: [
        { key: 'unicode:1f525', name: '🔥', count: 2 },
        { key: 'twitch:25', name: 'Kappa', count: 1 },
        { key: 'twitch:425618', name: 'LUL', count: 2 },
      ],
      kind: 'chat',
    });
  });

  it('clamps a span that reaches out of the text and ignores one that begins outside or inside of another', async () => {
    const [message] = await messagesOf([privmsg('hi Kappa', { tags: 'emotes=25:3-99/1:50-60/2:5-6/3:x' })]);
    expect(message?.emotes).toEqual([{ key: 'twitch:25', name: 'Kappa', count: 1 }]);
  });

  it('unwraps /me before it counts', async () => {
    const [message] = await messagesOf([privmsg('\u{1}ACTION LUL waves\u{1}', { tags: 'emotes=425618:0-2' })]);
    expect(message).toMatchObject({ text: 'LUL waves', emotes: [{ name: 'LUL', count: 1 }] });
  });

  it('unescapes tags, also unknown escapes and a lone backslash at the end', async () => {
    const name = String.raw`a\sb\:c\\d\e\ `.trim();
    const line = privmsg('x').replace('display-name=Ada', `display-name=${name}`);
    expect((await messagesOf([line]))[0]?.author).toBe(String.raw`a b;c\de`);
  });

  it('takes bits, bots, empty colors and what was said in another room of a shared chat', async () => {
    const tags = 'bits=100;badges=bot-badge/1;color=;source-room-id=5';
    expect((await messagesOf([privmsg('cheer100', { tags })]))[0]).toMatchObject({
      bits: 100,
      bot: true,
      kind: 'chat',
    });
  });

  it('reads notices with their text, several lines a frame, and nothing else', async () => {
    const notice = `@tmi-sent-ts=${sent + 1_000};login=bo;display-name=;msg-id=resub :tmi.twitch.tv USERNOTICE #bo :still here`;
    const frame = [privmsg('one'), notice, ':ada!ada@ada JOIN #bo', 'PING :tmi.twitch.tv'].join('\r\n');
    const { messages, report } = await importBytes(JSON.stringify([frame]));
    expect(messages.map(({ author, text, kind }) => [author, text, kind])).toEqual([
      ['Ada', 'one', 'chat'],
      ['bo', 'still here', 'notice'],
    ]);
    expect(report.skipped).toBe(0);
    const after = JSON.stringify({ error: null, messages: [privmsg('one')] });
    expect((await importBytes(after)).report).toMatchObject({ format: 'irc-raw', messages: 1 });
  });

  it('flags what moderators removed', async () => {
    const other = privmsg('mine', { second: 2, tags: 'id=m2' }).replaceAll('ada', 'cy');
    const { messages, report } = await importBytes(
      JSON.stringify([
        privmsg('bad', { tags: 'id=m1' }),
        other,
        privmsg('also bad', { second: 3 }),
        `@tmi-sent-ts=${sent};target-msg-id=m2 :tmi.twitch.tv CLEARMSG #bo :mine`,
        '@ban-duration=600 :tmi.twitch.tv CLEARCHAT #bo ada',
        privmsg('back again', { second: 700 }),
      ]),
    );
    expect(messages.map(({ text, deleted = false }) => [text, deleted])).toEqual([
      ['bad', true],
      ['mine', true],
      ['also bad', true],
      ['back again', false],
    ]);
    expect(report.deleted).toBe(3);
  });

  it('reads a dump of the socket: time before the line, blank lines, lines of one frame without a time', async () => {
    const line = (text: string) => `:ada!ada@ada.tmi.twitch.tv PRIVMSG #bo :${text}`;
    const dump = `2019-04-30_08:56:59 ;;; ${line('one')}\r\n\r\n${line('two')}\r\n2019-04-30_08:57:01 ;;; ${line('three: 3')}\n`;
    const { messages, report } = await importBytes(dump);
    expect(messages.map(({ offsetMs, text }) => [offsetMs, text])).toEqual([
      [0, 'one'],
      [0, 'two'],
      [2_000, 'three: 3'],
    ]);
    expect(report).toMatchObject({ format: 'irc-raw', skipped: 0 });
  });

  it('refuses lines without any time', async () => {
    expect(await refusal(':ada!ada@ada PRIVMSG #bo :hi\n')).toBe(
      'Nothing in the file can be read as a message; the first problem is line 1: it has no time (neither a tag tmi-sent-ts nor a time before the line)',
    );
  });
});
