import type { ChatImport, ChatMessage, ImportOptions } from '../reading/chat.ts';
import type { ImportFormat } from '../reading/format.ts';
import { EmoteFinder } from '../reading/find-emotes.ts';
import { decodeText } from '../reading/bytes/decode-text.ts';
import { readHead } from '../reading/head.ts';
import { ImportNotes } from '../reading/import-notes.ts';
import { unknownFile } from '../reading/unknown-file.ts';
import { unpack } from '../reading/bytes/unpack.ts';
import { ircRaw } from './irc-raw.ts';
import { bilibiliJson } from './json/bilibili-json.ts';
import { chatDownloaderJson } from './json/chat-downloader-json.ts';
import { discordJson } from './json/discord-json.ts';
import { emoteRecords } from './json/emote-records.ts';
import { genericJson } from './json/generic-json.ts';
import { kickJson } from './json/kick-json.ts';
import { labelledJsonl } from './json/labelled-jsonl.ts';
import { matrixJson } from './json/matrix-json.ts';
import { niconicoJson } from './json/niconico-json.ts';
import { owncastJson } from './json/owncast-json.ts';
import { slackJson } from './json/slack-json.ts';
import { telegramJson } from './json/telegram-json.ts';
import { twitchCommentPages } from './json/twitch-comment-pages.ts';
import { twitchEventsub } from './json/twitch-eventsub.ts';
import { twitchDownloaderJson } from './json/twitchdownloader-json.ts';
import { youtubeApi } from './json/youtube-api.ts';
import { youtubeLiveChat } from './json/youtube-live-chat.ts';
import { ass } from './subtitles/ass.ts';
import { sbv } from './subtitles/sbv.ts';
import { srt } from './subtitles/srt.ts';
import { webvtt } from './subtitles/webvtt.ts';
import { chatDownloaderCsv } from './tables/chat-downloader-csv.ts';
import { genericCsv } from './tables/generic-csv.ts';
import { threadCsv } from './tables/thread-csv.ts';
import { bracketText } from './text/bracket-text.ts';
import { chatDownloaderText } from './text/chat-downloader-text.ts';
import { chatterinoLog } from './text/chatterino-log.ts';
import { chattyLog } from './text/chatty-log.ts';
import { discordText } from './text/discord-text.ts';
import { epochText } from './text/epoch-text.ts';
import { ircClientLog } from './text/irc-client-log.ts';
import { justlogText } from './text/justlog-text.ts';
import { messengerText } from './text/messenger-text.ts';
import { plainText } from './text/plain-text.ts';
import { tsvText } from './text/tsv-text.ts';
import { twitchDownloaderText } from './text/twitchdownloader-text.ts';
import { zoomChat } from './text/zoom-chat.ts';
import { bilibiliXml } from './xml/bilibili-xml.ts';
import { genericXml } from './xml/generic-xml.ts';
import { niconicoXml } from './xml/niconico-xml.ts';

/**
 * Every format that is read. A new one is a file and a line here. When two formats are equally sure, the first one
 * reads the file.
 */
export const importFormats: readonly ImportFormat[] = [
  youtubeLiveChat,
  chatDownloaderJson,
  niconicoJson,
  twitchCommentPages,
  twitchDownloaderJson,
  youtubeApi,
  twitchEventsub,
  kickJson,
  owncastJson,
  bilibiliJson,
  discordJson,
  telegramJson,
  slackJson,
  matrixJson,
  labelledJsonl,
  emoteRecords,
  threadCsv,
  chatDownloaderCsv,
  chattyLog,
  chatterinoLog,
  justlogText,
  zoomChat,
  messengerText,
  bracketText,
  twitchDownloaderText,
  chatDownloaderText,
  tsvText,
  epochText,
  ircClientLog,
  discordText,
  plainText,
  srt,
  webvtt,
  sbv,
  ass,
  bilibiliXml,
  niconicoXml,
  ircRaw,
  genericCsv,
  genericXml,
  genericJson,
];

/**
 * Reads a chat log. The format is recognised by the content, as are gzip and the marks of UTF-8, UTF-16 and UTF-32.
 * @param source the file's bytes in pieces of any size
 * @returns messages in the order of the file; iterate once. Iterating throws ImportError for a file that cannot be
 *   read, also after some messages; an error of the source itself passes through unchanged.
 * @example for await (const message of importChat(createReadStream('chat.json.gz'))) console.log(message.text)
 */
export function importChat(source: AsyncIterable<Uint8Array>, options: ImportOptions = {}): ChatImport {
  const notes = new ImportNotes(options.start);
  const batches = () => read(source, notes, options);
  return { report: notes.report, batches, [Symbol.asyncIterator]: () => oneByOne(batches()) };
}

async function* oneByOne(batches: AsyncGenerator<readonly ChatMessage[], void>): AsyncGenerator<ChatMessage, void> {
  // Not `yield*`, which awaits each message twice.
  for await (const messages of batches) for (const message of messages) yield message;
}

async function* read(
  source: AsyncIterable<Uint8Array>,
  notes: ImportNotes,
  options: ImportOptions,
): AsyncGenerator<readonly ChatMessage[], void> {
  const { head, text } = await readHead(decodeText(unpack(source, options.gunzip)));
  const format = bestFormat(head);
  if (!format) {
    await close(text);
    throw unknownFile(head);
  }
  notes.report.format = format.name;
  notes.report.formatTitle = format.title;
  const emotes = new EmoteFinder({ words: new Set(options.words), listed: options.emotes ?? new Map() });
  let out: ChatMessage[] = [];
  try {
    const reader = format.open({ head, notes, emotes, unit: options.unit });
    for await (const piece of text) {
      reader.push(piece, out);
      if (out.length > 0) yield out;
      out = [];
    }
    reader.end(out);
  } catch (error) {
    // The messages before the bad place are valid.
    if (out.length > 0) yield out;
    await close(text);
    throw error;
  }
  if (out.length > 0) yield out;
  notes.finish();
}

/** Closes the source. A generator that was never asked would end without closing what it reads from. */
async function close(text: AsyncGenerator<string, void>): Promise<void> {
  await text.next().catch(() => {});
  await text.return();
}

function bestFormat(head: Parameters<ImportFormat['recognise']>[0]): ImportFormat | undefined {
  let best: { format: ImportFormat; sureness: number } | undefined;
  for (const format of importFormats) {
    const sureness = format.recognise(head);
    if (sureness > (best?.sureness ?? 0)) best = { format, sureness };
    // None can be surer, and of equals the first one reads the file.
    if (sureness === 1) break;
  }
  return best?.format;
}
