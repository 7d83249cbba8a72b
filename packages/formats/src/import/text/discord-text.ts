import { stampedLine } from '../../reading/text/line-parts.ts';
import { type LogLine, textLog } from '../../reading/text/text-log.ts';

const RULE = /^={20,}$/u;
const HEADER = /^(?:Guild|Channel|Topic|After|Before): /u;
const FOOTER = /^Exported [\d,.]+ message\(s\)$/u;
/** What follows in these blocks is no text of the message. */
const BLOCK = /^\{(?:Attachments|Embed|Stickers|Reactions|Inline Emoji)\}$/u;
const OTHERS = [RULE, HEADER, FOOTER, BLOCK];
/** Less than that of formats whose lines hold the whole message. */
const SURENESS = 0.94;
/** Name of an author, who may have pinned the message. */
const AUTHOR = /^ ([^\s<*•-].{0,99}?)(?: \(pinned\))?$/su;
/** Pages of Slack and Discord, copied: the name, and the time behind it. */
const NAME_FIRST =
  /^(.{1,64}?)(?:, (\[[^\]]{8,40}\]):?|\s{2,}(\d{1,2}:\d{2} [AP]M)| — (\d[\d./-]{5,9},? \d{1,2}:\d{2}(?: [AP]M)?))$/u;

/** `from Ada Lark to everyone:    6:00 PM` */
const WEBEX = /^from (.+?) to .+:$/su;

/**
 * Plain text of DiscordChatExporter, or messages that were copied from Telegram, Teams or Slack, or saved by Webex: a line with time and
 * name, and the text in the lines below.
 */
export const discordText = textLog({
  name: 'discord-text',
  title: 'DiscordChatExporter text',
  layout: '[date time] name, with the text in the lines below',
  isContinued: true,
  recognise(head) {
    const kinds = head.lines.map((line) => parse(line)?.kind);
    const first = kinds.find((kind) => kind !== 'event');
    return first === 'said' && kinds.includes(undefined) ? SURENESS : 0;
  },
  parse,
});

function parse(line: string): LogLine | undefined {
  if (OTHERS.some((form) => form.test(line))) return { kind: 'event' };
  return timeFirst(line) ?? nameFirst(line);
}

function timeFirst(line: string): LogLine | undefined {
  const stamped = stampedLine(line);
  if (stamped?.bracket !== '[' || !isDated(stamped.time.kind)) return undefined;
  const [, author] = AUTHOR.exec(stamped.rest) ?? [];
  // A text behind a colon makes it a message of another tool.
  if (author === undefined || /: ./u.test(author)) return undefined;
  return { kind: 'said', time: stamped.time, author, text: '' };
}

function nameFirst(line: string): LogLine | undefined {
  const [, author, ...times] = NAME_FIRST.exec(line) ?? [];
  const stamped = stampedLine(times.find((time) => time !== undefined) ?? '');
  if (author === undefined || !stamped || !isDated(stamped.time.kind)) return undefined;
  return { kind: 'said', time: stamped.time, author: WEBEX.exec(author)?.[1] ?? author, text: '' };
}

/** Not of a time without am or pm, which other logs have before a name, too. */
function isDated(kind: string): boolean {
  return kind === 'wall' || kind === 'numeric' || kind === 'day';
}
