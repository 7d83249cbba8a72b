import type { ChatKind } from '../../reading/chat.ts';
import { draftFormat, isoOf } from '../../reading/json/draft-format.ts';
import type { TextPart } from '../../reading/json/text-part.ts';
import { partsOfText } from '../../reading/json/text-parts.ts';
import { type Fields, fieldsOf, idOf, listOf, textOf } from '../../reading/records/json-fields.ts';

/** Types that a person wrote: as words of DiscordChatExporter, and as numbers of the API. */
const CHAT = new Set('Default Reply ThreadStarterMessage ChatInputCommand ContextMenuCommand 0 19 20 21 23'.split(' '));
/** Boosts of the server. Other types tell who joined, what was pinned and the like. */
const BOOST = /^(?:UserPremiumGuildSubscription.*|8|9|10|11)$/u;

/** Messages of Discord: of DiscordChatExporter, of its API, and of the data that Discord hands out on request. */
export const discordJson = draftFormat({
  name: 'discord-json',
  title: 'messages of Discord',
  isItem: (item) => isExported(item) || ('Timestamp' in item && 'Contents' in item),
  timeOf: (item) => isoOf(item['timestamp'] ?? item['Timestamp']),

  meaningOf(item) {
    const kind = kindOf(item['type']);
    if (kind === undefined) return undefined;
    const author = fieldsOf(item['author']);
    const names = [author['nickname'], author['global_name'], author['name'], author['username']].map(textOf);
    const draft = {
      at: isoOf(item['timestamp'] ?? item['Timestamp']),
      id: idOf(item['id'] ?? item['ID']),
      author: names.find(Boolean) ?? '',
      authorId: idOf(author['id']),
      parts: partsOf(item),
      kind,
      bot: author['isBot'] === true || author['bot'] === true,
    };
    return { kind: 'message', draft };
  },
});

function isExported(item: Fields): boolean {
  const author = fieldsOf(item['author']);
  const isByDiscord = 'discriminator' in author || 'global_name' in author || 'isBot' in author;
  return typeof item['timestamp'] === 'string' && typeof item['content'] === 'string' && isByDiscord;
}

function kindOf(type: unknown): ChatKind | undefined {
  const name = type === undefined ? 'Default' : (idOf(type) ?? '');
  if (CHAT.has(name)) return 'chat';
  return BOOST.test(name) ? 'notice' : undefined;
}

/** DiscordChatExporter writes an emote as `:name:` and lists its id beside the text. */
function partsOf(item: Fields): TextPart[] {
  const text = textOf(item['content'] ?? item['Contents']) ?? '';
  const ids = new Map<string, string>();
  for (const emoji of listOf(item['inlineEmojis']).map(fieldsOf)) {
    const id = idOf(emoji['id']);
    if (id) ids.set(textOf(emoji['code']) ?? textOf(emoji['name']) ?? '', id);
  }
  if (ids.size === 0) return partsOfText(text);
  return text.split(/(:\w{1,64}:)/u).map((piece) => {
    const id = ids.get(piece.slice(1, -1));
    return id === undefined || !piece.startsWith(':') ? piece : { key: `custom:discord:${id}`, name: piece };
  });
}
