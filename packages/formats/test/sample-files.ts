import { comment } from './import-bytes.ts';

/** A valid file of each format with a message at every given second; undefined stands for a message without a time. */
export type Sample = (seconds: readonly (number | undefined)[]) => string;

const startedAt = Date.parse('2024-05-01T18:00:00Z');
const two = (value: number) => String(value).padStart(2, '0');
const stamp = (second: number | undefined) =>
  second === undefined ? '' : `${Math.floor(second / 3600)}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
const unix = (second: number | undefined) => (second === undefined ? undefined : startedAt / 1_000 + second);
const iso = (second: number | undefined) =>
  second === undefined ? undefined : new Date(startedAt + second * 1_000).toISOString().replace('.000', '');
const lines = (make: (second: number | undefined) => unknown) => (seconds: readonly (number | undefined)[]) =>
  `${seconds
    .map(make)
    .map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
    .join('\n')}\n`;
const plain = (second: number | undefined) => iso(second)?.replace('T', ' ').replace('Z', '');
/** `01.05.2024, 18:00:00` */
const german = (second: number) => (plain(second) ?? '').replace(/^(\d+)-(\d+)-(\d+) /u, '$3.$2.$1, ');
const cueTimes = (second: number | undefined, arrow: string) =>
  second === undefined ? 'x' : `0${stamp(second)}.000${arrow}0${stamp(second)}.900`;
const item = (second: number | undefined) => ({
  action_type: 'add_chat_item',
  author: { id: 'UC1', name: 'ada' },
  message: 'hi',
  message_type: 'text_message',
  time_in_seconds: second,
});

export const sampleFiles: Readonly<Record<string, Sample>> = {
  'youtube-live-chat': lines((second) => ({
    replayChatItemAction: {
      actions: [
        { addChatItemAction: { item: { liveChatTextMessageRenderer: { message: { runs: [{ text: 'hi' }] } } } } },
      ],
      videoOffsetTimeMsec: second === undefined ? undefined : String(second * 1_000),
    },
  })),
  'chat-downloader-json': (seconds) => JSON.stringify(seconds.map(item), null, 1),
  'niconico-json': (seconds) => {
    const comments = seconds.map((second) => ({ vposMs: second && second * 1_000, body: 'hi', userId: 'u' }));
    return JSON.stringify({ data: { threads: [{ fork: 'main', comments }] } });
  },
  'twitch-comment-pages': lines((second) => ({ comments: [comment(second, 'hi')], _next: 'x' })),
  'twitchdownloader-json': (seconds) =>
    JSON.stringify({ FileInfo: {}, comments: seconds.map((second) => comment(second, 'hi')) }, null, 1),
  'youtube-api': (seconds) =>
    JSON.stringify({
      kind: 'youtube#liveChatMessageListResponse',
      items: seconds.map((second, index) => ({
        kind: 'youtube#liveChatMessage',
        id: `y${index}`,
        snippet: { type: 'textMessageEvent', publishedAt: iso(second), displayMessage: 'hi' },
        authorDetails: { channelId: 'UC1', displayName: 'Ada' },
      })),
    }),
  'twitch-eventsub': lines((second) => ({
    metadata: { message_timestamp: iso(second), subscription_type: 'channel.chat.message' },
    payload: {
      event: { chatter_user_name: 'Ada', message: { text: 'hi', fragments: [{ type: 'text', text: 'hi' }] } },
    },
  })),
  'kick-json': (seconds) => {
    const sender = { id: 1, slug: 'ada', username: 'Ada' };
    const messages = seconds.map((second, index) => ({
      id: `k${index}`,
      content: 'hi',
      created_at: iso(second),
      sender,
    }));
    return JSON.stringify({ data: { messages } });
  },
  'owncast-json': (seconds) =>
    JSON.stringify(
      seconds.map((second, index) => ({
        id: `o${index}`,
        type: 'CHAT',
        timestamp: iso(second) ?? (index === 0 ? iso(0) : undefined),
        body: '<p>hi</p>',
        user: { displayName: 'Ada' },
      })),
    ),
  'bilibili-json': lines((second) => ({
    cmd: 'DANMU_MSG',
    info: [[0, 1, 25, 0, second === undefined ? undefined : startedAt + second * 1_000], 'hi', [5, 'ada']],
  })),
  'discord-json': (seconds) => {
    const author = { id: '1', name: 'ada', discriminator: '0', isBot: false };
    const messages = seconds.map((second, index) => ({
      id: `d${index}`,
      type: 'Default',
      timestamp: iso(second) ?? '',
      content: 'hi',
      author,
    }));
    return JSON.stringify({ guild: {}, messages });
  },
  'telegram-json': (seconds) => {
    const messages = seconds.map((second, index) => ({
      id: index,
      type: 'message',
      date: '',
      date_unixtime: String(unix(second) ?? ''),
      from: 'Ada',
      text: 'hi',
    }));
    return JSON.stringify({ name: 'Bakery', messages }, null, 1);
  },
  'slack-json': (seconds) =>
    JSON.stringify(
      seconds.map((second, index) => ({
        type: 'message',
        user: `U${index}`,
        text: 'hi',
        ts: second === undefined ? '000000000.0000' : `${unix(second)}.000000`,
      })),
    ),
  'matrix-json': (seconds) => {
    const messages = seconds.map((second, index) => ({
      type: 'm.room.message',
      event_id: `$${index}`,
      sender: '@ada:example.org',
      origin_server_ts: second === undefined ? null : startedAt + second * 1_000,
      content: { msgtype: 'm.text', body: 'hi' },
    }));
    return JSON.stringify({ messages });
  },
  'labelled-jsonl': lines((second) => ({ t: second, u: 'u1', m: 'hi' })),
  'emote-records': lines((second) => ({ emote: '🔥', timestamp: iso(second) })),
  'thread-csv': (seconds) =>
    `created_utc,author,body\n${lines((second) => `${unix(second) ?? ''},ada,"hi, all"`)(seconds)}`,
  'chat-downloader-csv': (seconds) =>
    `author.name,message,message_type,time_in_seconds\n${lines((second) => `ada,hi,text_message,${second ?? ''}`)(seconds)}`,
  'chatty-log': (seconds) =>
    `# Log started: 2016-08-10 00:00:00 +0000\n${lines((second) => (second === undefined ? '<ada> hi' : `[${stamp(second).padStart(8, '0')}] <ada> hi`))(seconds)}`,
  'chatterino-log': (seconds) =>
    `# Start logging at 2016-08-10 00:00:00 CEST\n${lines((second) => (second === undefined ? 'ada: hi' : `[${stamp(second).padStart(8, '0')}] ada: hi`))(seconds)}`,
  'justlog-text': lines((second) => (second === undefined ? '#bo ada: hi' : `[${plain(second)}] #bo ada: hi`)),
  'zoom-chat': lines((second) =>
    second === undefined ? 'From ada to Everyone: hi' : `${stamp(second).padStart(8, '0')} From ada to Everyone:\n\thi`,
  ),
  'messenger-text': lines((second) => (second === undefined ? 'ada: hi' : `[${german(second)}] ada: hi`)),
  'bracket-text': lines((second) => (second === undefined ? '<ada> hi' : `[${stamp(second)}] <ada> hi`)),
  'twitchdownloader-text': lines((second) => (second === undefined ? 'ada: hi' : `[${stamp(second)}] ada: hi`)),
  'chat-downloader-text': lines((second) => (second === undefined ? 'ada: hi' : `${stamp(second)} | ada: hi`)),
  'tsv-text': lines((second) => `${plain(second) ?? ''}\tada\thi`),
  'epoch-text': lines((second) => (second === undefined ? 'ada: hi' : `${unix(second)} ada: hi`)),
  'irc-client-log': lines((second) => (second === undefined ? '<ada> hi' : `${plain(second)} <ada> hi`)),
  'discord-text': lines((second) =>
    second === undefined ? 'ada\nhi' : `[${german(second).replace(',', '')}] ada\nhi`,
  ),
  'plain-text': lines((second) => (second === undefined ? 'ada: hi' : `${stamp(second)} ada: hi`)),
  srt: lines((second) => `1\n${cueTimes(second, ' --> ').replaceAll('.', ',')}\nada: hi\n`),
  webvtt: (seconds) => `WEBVTT\n\n${lines((second) => `${cueTimes(second, ' --> ')}\n<v ada>hi\n`)(seconds)}`,
  sbv: lines((second) => `${cueTimes(second, ',')}\nada: hi\n`),
  ass: (seconds) =>
    `[Script Info]\n\n[Events]\n${lines((second) => `Dialogue: 0,${second === undefined ? '' : `${stamp(second)}.00`},,Default,ada,0,0,0,,hi`)(seconds)}`,
  'bilibili-xml': (seconds) => `<i>\n${lines((second) => `<d p="${second ?? ''},1,25,1,0,0,a,0">hi</d>`)(seconds)}</i>`,
  'niconico-xml': (seconds) =>
    `<packet>\n${lines((second) => `<chat vpos="${second === undefined ? '' : second * 100}" user_id="a">hi</chat>`)(seconds)}</packet>`,
  'irc-raw': lines((second) => {
    const sent = unix(second);
    return `${sent === undefined ? '' : `@tmi-sent-ts=${sent * 1_000} `}:ada!ada@ada PRIVMSG #bo :hi`;
  }),
  'generic-csv': (seconds) => `seconds,user,text\n${lines((second) => `${second ?? ''},ada,hi`)(seconds)}`,
  'generic-xml': (seconds) =>
    `<log>\n${lines((second) => `<m time="${stamp(second)}" user="ada">hi</m>`)(seconds)}</log>`,
  'generic-json': (seconds) => JSON.stringify(seconds.map((second) => ({ seconds: second, user: 'ada', text: 'hi' }))),
};
