import fc from 'fast-check';
import { generatedJson } from './generated-json.ts';
import { anyTime, id, name, run, second, stamp, text, usec } from './generated-values.ts';
import { chatJson, comment } from './import-bytes.ts';

const linesOf = (line: fc.Arbitrary<string>) => fc.array(line, { maxLength: 30 }).map((lines) => lines.join('\n'));

const anyComment = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(second, text).map(([seconds, body]) => comment(seconds, body)) },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        content_offset_seconds: fc.oneof(second, second.map(String), fc.jsonValue()),
        created_at: fc.oneof(
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
          fc.jsonValue(),
        ),
        source: fc.oneof(fc.constantFrom('chat', 'comment'), fc.jsonValue()),
        commenter: fc.oneof(fc.record({ display_name: name }), fc.jsonValue()),
        message: fc.record(
          {
            body: fc.oneof(text, fc.jsonValue()),
            fragments: fc.array(
              fc.record({
                text,
                emoticon: fc.oneof(fc.record({ emoticon_id: fc.oneof(text, fc.nat()) }), fc.jsonValue()),
              }),
            ),
            emoticons: fc.array(
              fc.record({ _id: fc.oneof(text, fc.jsonValue()), begin: fc.oneof(second, fc.jsonValue()) }),
            ),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
);

const anyOffset = fc.oneof(fc.nat(9_000_000).map(String), fc.nat(9_000_000), fc.jsonValue());
const itemType = fc.oneof(
  fc.constantFrom(
    'text_message',
    'paid_message',
    'ticker_paid_message_item',
    'subscription',
    'ban_user',
    'delete_message',
  ),
  text,
);
const renderer = fc.record(
  {
    id,
    authorExternalChannelId: id,
    authorName: fc.oneof(fc.record({ simpleText: name }), fc.jsonValue()),
    message: fc.oneof(fc.record({ runs: fc.array(run, { maxLength: 4 }) }), fc.jsonValue()),
    timestampUsec: fc.oneof(usec.map(String), fc.jsonValue()),
    timestampText: fc.constantFrom<unknown>({ simpleText: '-0:05' }, { simpleText: '0:05' }, null),
  },
  { requiredKeys: [] },
);
const anyAction = fc.oneof(
  renderer.map((fields) => ({ addChatItemAction: { item: { liveChatTextMessageRenderer: fields } } })),
  renderer.map((fields) => ({
    addLiveChatTickerItemAction: { item: { liveChatTickerPaidMessageItemRenderer: fields } },
  })),
  fc.tuple(id, renderer).map(([target, fields]) => ({
    replaceChatItemAction: { targetItemId: target, replacementItem: { liveChatTextMessageRenderer: fields } },
  })),
  id.map((target) => ({ markChatItemAsDeletedAction: { targetItemId: target } })),
  id.map((target) => ({ markChatItemsByAuthorAsDeletedAction: { externalChannelId: target } })),
  fc.jsonValue(),
);
const anyItem = fc.oneof(
  fc.record(
    {
      message_type: itemType,
      action_type: fc.constantFrom('add_chat_item', 'mark_chat_item_as_deleted', 'x'),
      message: fc.oneof(text, fc.jsonValue()),
      message_id: id,
      time_in_seconds: fc.oneof(second, fc.jsonValue()),
      time_text: fc.oneof(stamp, text),
      timestamp: fc.oneof(usec, fc.jsonValue()),
      author: fc.oneof(fc.record({ id, name }), fc.jsonValue()),
      emotes: fc.oneof(
        fc.array(
          fc.record({
            id: text,
            name: text,
            locations: fc.oneof(fc.constantFrom<unknown>('0-4,6-9', ['0-3'], 'x'), text),
          }),
        ),
        fc.jsonValue(),
      ),
    },
    { requiredKeys: ['message_type', 'message'] },
  ),
  fc.jsonValue(),
);
const ircLine = fc
  .tuple(
    fc.constantFrom('PRIVMSG', 'USERNOTICE', 'CLEARCHAT', 'CLEARMSG', 'JOIN', '001'),
    fc.oneof(fc.constantFrom('25:0-4', '25:3-9,0-1/x:99-2', '25:0-999999', ':', '/'), text),
    name,
    text,
  )
  .map(([command, emotes, who, what]) => {
    const tags = `emotes=${emotes};tmi-sent-ts=1704557984095;id=a;target-msg-id=a;display-name=a\\sb\\`;
    return `@${tags} :${who}!${who}@${who}.tmi.twitch.tv ${command} #bo :${what}`;
  });
const cell = (value: string) => (/[",\n]/u.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
const csvOf = (columns: readonly string[], row: fc.Arbitrary<readonly string[]>) =>
  fc
    .array(row, { maxLength: 20 })
    .map((rows) => [columns, ...rows].map((cells) => cells.map(cell).join(',')).join('\r\n'));

/** Generated files of every format, with right and wrong values mixed. */
export const generatedFiles: Record<string, fc.Arbitrary<string>> = {
  'twitchdownloader-json': fc
    .tuple(fc.array(anyComment, { maxLength: 12 }), fc.jsonValue(), fc.jsonValue())
    .map(([comments, video, streamer]) => chatJson(comments, { video, streamer })),
  'emote-records': fc
    .tuple(
      fc.array(
        fc.record({
          emote: fc.oneof(text, fc.jsonValue()),
          timestamp: fc.oneof(text, fc.constant('2024-01-01T00:00:00Z')),
        }),
      ),
      fc.boolean(),
    )
    .map(([records, isList]) =>
      isList ? JSON.stringify(records) : records.map((one) => JSON.stringify(one)).join('\n'),
    ),
  'bracket-text': linesOf(fc.tuple(stamp, name, text).map(([at, who, what]) => `[${at}] <${who}> ${what}`)),
  'twitchdownloader-text': linesOf(
    fc
      .tuple(fc.oneof(stamp, fc.constantFrom('2024-01-01 00:00:00 UTC', '2024-02-30 00:00:00.1 UTC')), name, text)
      .map(([at, who, what]) => `[${at}] ${who}: ${what}`),
  ),
  'tsv-text': linesOf(
    fc
      .tuple(fc.constantFrom('2021-05-31 23:59:59,078', '2021-06-01 00:00:01', '0000-00-00 99:99:99,1'), name, text)
      .map((fields) => fields.join('\t')),
  ),
  'epoch-text': linesOf(
    fc
      .tuple(fc.oneof(fc.integer({ min: 1_480_000_000, max: 1_480_001_000 }), second), name, text)
      .map(([at, who, what]) => `${at} ${who}: ${what}`),
  ),
  'twitch-comment-pages': linesOf(
    fc
      .tuple(fc.array(anyComment, { maxLength: 4 }), fc.jsonValue())
      .map(([comments, next]) => JSON.stringify({ comments, _next: next })),
  ),
  'youtube-live-chat': linesOf(
    fc
      .tuple(fc.array(anyAction, { maxLength: 3 }), anyOffset, fc.boolean())
      .map(([actions, time, isReplay]) =>
        JSON.stringify(
          isReplay
            ? { replayChatItemAction: { actions, videoOffsetTimeMsec: time } }
            : { replayChatItemAction: { actions }, videoOffsetTimeMsec: time, isLive: true },
        ),
      ),
  ),
  'chat-downloader-json': fc
    .tuple(fc.array(anyItem, { maxLength: 8 }), fc.boolean())
    .map(([items, isList]) =>
      isList ? JSON.stringify(items, null, 1) : items.map((one) => JSON.stringify(one)).join('\n'),
    ),
  'chat-downloader-csv': csvOf(
    ['author.name', 'emotes.0.id', 'emotes.0.locations.0', 'message', 'message_type', 'time_in_seconds', 'timestamp'],
    fc.tuple(name, text, fc.constantFrom('0-4', '9-2', ''), text, itemType, second.map(String), usec.map(String)),
  ),
  'chat-downloader-text': linesOf(
    fc
      .tuple(
        fc.oneof(stamp, fc.constantFrom('-0:05', '2024-01-01 00:00:00', '1:99')),
        fc.constantFrom('', '(Mod) ', '*$5* '),
        name,
        text,
      )
      .map(([at, badge, who, what]) => `${at} | ${badge}${who}: ${what}`),
  ),
  'chatty-log': linesOf(
    fc
      .tuple(stamp, name, text, fc.nat(5))
      .map(([at, who, what, form]) =>
        form === 0
          ? '# Log started: [num]:38:47 +0800'
          : form === 1
            ? `[${at}] BAN: ${who} (600s), ${what}`
            : `[${at.padStart(8, '0')}] ${form === 2 ? '~' : '<@'}${who}> ${what}`,
      ),
  ).map((log) => `# Log started: [num]:00:00 +0100\n${log}`),
  'chatterino-log': linesOf(
    fc
      .tuple(stamp, name, text, fc.nat(4))
      .map(([at, who, what, form]) =>
        form === 0 ? `[${at}] ${who} has been timed out for 10m.` : `[${at.padStart(8, '0')}] ${who}: ${what}`,
      ),
  ).map((log) => `# Start logging at 2024-05-01 18:00:00 CEST\n${log}`),
  'justlog-text': linesOf(
    fc
      .tuple(fc.constantFrom('2024-05-1 18:00:05', '2024-05-32 18:00:05'), name, text)
      .map(([at, who, what]) => `[${at}] #bo ${who}: ${what}`),
  ),
  'zoom-chat': linesOf(
    fc.tuple(stamp, name, text).map(([at, who, what]) => `${at} From ${who} to Everyone:\n\t${what}`),
  ),
  'messenger-text': linesOf(
    fc
      .tuple(fc.constantFrom('1/2/24, 9:04 PM', '31/01/2024, 23:59', '31.01.24, 21:04', '13/13/24, 9:04'), name, text)
      .map(([at, who, what]) => `${at} - ${who}: ${what}`),
  ),
  'irc-client-log': linesOf(
    fc
      .tuple(
        fc.constantFrom('18:00', 'Feb 29 18:00:05', 'Jan 01 00:00:01', '--- Day changed Thu May 02 2024'),
        name,
        text,
      )
      .map(([at, who, what]) => `${at} <@${who}> ${what}`),
  ),
  'discord-text': linesOf(
    fc
      .tuple(fc.constantFrom('5/1/2024 6:00 PM', '13/1/2024 18:00', '2/2/2024 2:00 AM'), name, text)
      .map(([at, who, what]) => `[${at}] ${who}\n${what}\n`),
  ),
  'plain-text': linesOf(
    fc
      .tuple(fc.oneof(stamp, fc.constantFrom('1h02m03s', '-0:05', '00:00:05:12')), name, text)
      .map(([at, who, what]) => `${at} ${who}: ${what}`),
  ),
  srt: linesOf(fc.tuple(stamp, name, text).map(([at, who, what]) => `1\n0${at},000 --> 0${at},900\n${who}: ${what}\n`)),
  webvtt: linesOf(
    fc.tuple(stamp, name, text).map(([at, who, what]) => `${at}.000 --> ${at}.900\n<v ${who}>${what}\n`),
  ).map((cues) => `WEBVTT\n\n${cues}`),
  sbv: linesOf(fc.tuple(stamp, name, text).map(([at, who, what]) => `${at}.000,${at}.900\n${who}: ${what}\n`)),
  ass: linesOf(
    fc
      .tuple(stamp, name, text)
      .map(([at, who, what]) => `Dialogue: 0,${at}.00,${at}.90,Default,${who},0,0,0,,{\\b1}${who} ${what}`),
  ).map((lines) => `[Script Info]\n\n[Events]\n${lines}`),
  'bilibili-xml': linesOf(
    fc
      .tuple(second, name, text)
      .map(([at, who, what]) => `<d p="${at},1,25,1,1714586400,0,a,${at}" user="${who}">${what}</d>`),
  ).map((lines) => `<i>${lines}</i>`),
  'niconico-xml': linesOf(
    fc
      .tuple(second, name, text)
      .map(([at, who, what]) => `<chat vpos="${at}" no="${at}" user_id="${who}">${what}</chat>`),
  ).map((lines) => `<?xml version="1.0"?><packet>${lines}</packet>`),
  'generic-xml': linesOf(
    fc.tuple(anyTime, name, text).map(([at, who, what]) => `<m time="${at}" user="${who}"><![CDATA[${what}]]></m>`),
  ).map((lines) => `<log>${lines}</log>`),
  'niconico-json': fc
    .array(
      fc.record(
        {
          vposMs: fc.oneof(fc.nat(1_500_000), fc.jsonValue()),
          body: fc.oneof(text, fc.jsonValue()),
          userId: fc.oneof(name, fc.jsonValue()),
          postedAt: fc.constantFrom('2022-07-27T00:24:44+09:00', 'x'),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 12 },
    )
    .chain((comments) =>
      fc.constantFrom<unknown>([{ fork: 'owner', comments }], [{ fork: 'main', comments }, null, 1], {
        fork: comments,
      }),
    )
    .map((threads) => JSON.stringify({ meta: {}, data: { threads } })),
  'labelled-jsonl': linesOf(
    fc
      .record(
        {
          t: fc.oneof(second, fc.jsonValue()),
          u: fc.oneof(name, fc.jsonValue()),
          m: fc.oneof(text, fc.jsonValue()),
          e: fc.oneof(fc.array(text), fc.jsonValue()),
          bits: fc.jsonValue(),
          n: fc.jsonValue(),
          bot: fc.jsonValue(),
        },
        { requiredKeys: ['t', 'm'] },
      )
      .map((line) => JSON.stringify(line)),
  ),
  'thread-csv': csvOf(
    ['created_utc', 'author', 'body', 'flair'],
    fc.tuple(
      fc.oneof(
        usec.map((one) => String(Math.floor(one / 1e6))),
        text,
      ),
      name,
      text,
      text,
    ),
  ),
  'irc-raw': fc
    .tuple(fc.array(ircLine, { maxLength: 12 }), fc.nat(2))
    .map(([lines, form]) =>
      form === 0
        ? JSON.stringify({ messages: lines })
        : form === 1
          ? JSON.stringify(lines)
          : lines.map((line) => `2019-04-30_08:56:59 ;;; ${line}`).join('\r\n\r\n'),
    ),
  'generic-csv': fc
    .constantFrom('time', 'offset_ms', 'timestamp')
    .chain((column) => csvOf([column, 'user', 'text'], fc.tuple(anyTime, name, text))),
  ...generatedJson,
};
