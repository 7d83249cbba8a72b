/** How a tool writes its log, with invented messages. */
export interface LogShape {
  /** of the import format */
  readonly name: string;
  readonly begin: string;
  readonly between: string;
  message(number: number): string;
  readonly end: string;
}

/** Between two messages. A gigabyte of the shortest lines lasts some 50 hours. */
const STEP_MS = 10;
const WORDS =
  'the game is so good now that we all want one more round of it 😂 🔥 LUL Kappa OMEGALUL catJAM ❤️ 草 ここ'.split(' ');

const wordsOf = (number: number) =>
  Array.from({ length: 1 + (number % 11) }, (_, index) => WORDS[(number * 7 + index * 3) % WORDS.length]).join(' ');
const authorOf = (number: number) => `viewer${(number * 2_654_435_761) % 50_021}`;
const two = (value: number) => String(value).padStart(2, '0');

function stampOf(number: number): string {
  const seconds = Math.floor((number * STEP_MS) / 1_000);
  return `${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

const startedAt = Date.parse('2024-05-01T18:00:00Z');
const idOf = (number: number) => `${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;

function twitchComment(number: number): string {
  const text = wordsOf(number);
  const author = authorOf(number);
  return JSON.stringify({
    _id: idOf(number),
    created_at: new Date(startedAt + number * STEP_MS).toISOString(),
    channel_id: '1',
    content_type: 'video',
    content_id: '2',
    content_offset_seconds: (number * STEP_MS) / 1_000,
    commenter: {
      display_name: author,
      _id: '3',
      name: author,
      bio: null,
      created_at: '',
      updated_at: '',
      logo: 'l.png',
    },
    message: {
      body: `Kappa ${text}`,
      bits_spent: 0,
      fragments: [
        { text: 'Kappa', emoticon: { emoticon_id: '25' } },
        { text: ` ${text}`, emoticon: null },
      ],
      user_badges: [{ _id: 'subscriber', version: '12' }],
      user_color: '#1E90FF',
      emoticons: [{ _id: '25', begin: 0, end: 6 }],
    },
  });
}

/** Pictures of a hundred kilobytes each, as the tool embeds them. */
const embedded = Array.from({ length: 100 }, (_, number) => ({
  id: String(number),
  imageScale: 2,
  data: 'A'.repeat(100_000),
  name: number === 0 ? 'catJAM' : `emote${number}`,
  url: null,
}));

const youtubeLine = (number: number) =>
  JSON.stringify({
    replayChatItemAction: {
      actions: [
        {
          clickTrackingParams: 'x',
          addChatItemAction: {
            item: {
              liveChatTextMessageRenderer: {
                message: { runs: [{ text: wordsOf(number) }, { emoji: { emojiId: '🔥', shortcuts: [':fire:'] } }] },
                authorName: { simpleText: `@${authorOf(number)}` },
                authorPhoto: { thumbnails: [{ url: 'a.jpg', width: 32, height: 32 }] },
                contextMenuEndpoint: { liveChatItemContextMenuEndpoint: { params: 'p'.repeat(120) } },
                id: idOf(number),
                timestampUsec: String((startedAt + number * STEP_MS) * 1_000),
                authorExternalChannelId: `UC${authorOf(number)}`,
                timestampText: { simpleText: stampOf(number) },
              },
            },
            clientId: idOf(number),
          },
        },
      ],
      videoOffsetTimeMsec: String(number * STEP_MS),
    },
  });

const chatDownloaderItem = (number: number) =>
  JSON.stringify(
    {
      action_type: 'add_chat_item',
      author: { id: `UC${authorOf(number)}`, images: [{ url: 'a.jpg', id: 'source' }], name: `@${authorOf(number)}` },
      message: wordsOf(number),
      message_id: idOf(number),
      message_type: 'text_message',
      time_in_seconds: (number * STEP_MS) / 1_000,
      time_text: stampOf(number),
      timestamp: (startedAt + number * STEP_MS) * 1_000,
    },
    null,
    4,
  );

export const logShapes: readonly LogShape[] = [
  {
    name: 'twitchdownloader-json',
    begin:
      '{"FileInfo":{"Version":{"Major":1,"Minor":4,"Patch":0}},"streamer":{"name":"Bo"},"video":{"title":"T"},"comments":[',
    between: ',',
    message: twitchComment,
    end: `],"embeddedData":${JSON.stringify({ thirdParty: embedded, firstParty: [] })}}`,
  },
  { name: 'youtube-live-chat', begin: '', between: '\n', message: youtubeLine, end: '\n' },
  { name: 'chat-downloader-json', begin: '[\n', between: ',\n', message: chatDownloaderItem, end: '\n]' },
  {
    name: 'twitchdownloader-text',
    begin: '',
    between: '\n',
    message: (number) => `[${stampOf(number)}] ${authorOf(number)}: ${wordsOf(number)}`,
    end: '\n',
  },
];
