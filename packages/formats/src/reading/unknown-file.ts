import { columnsOf, hasTextColumn } from './columns.ts';
import { firstRecords } from './records/csv.ts';
import type { FileHead } from './format.ts';
import { isXml } from './xml/xml-format.ts';
import { ImportError, excerpt, VALUE_LENGTH } from './import-error.ts';

const KEY = /"((?:[^"\\]|\\.){1,40})"\s*:/gu;
const READABLE =
  'what is read: chat of TwitchDownloader, yt-dlp, chat-downloader, Chatty, niconico, Bilibili and raw IRC, text logs ' +
  'with times, subtitles, and tables, XML and JSON with time, user and text';

/** One sentence about a file that no format recognises: what the file seems to be, and what would be right. */
export function unknownFile(head: FileHead): ImportError {
  return new ImportError(describe(head));
}

function describe(head: FileHead): string {
  const first = head.lines[0] ?? '';
  if (head.text === '') return 'The file is empty: choose one that holds a chat log';
  if (head.text.includes('\0')) {
    return 'Line 1 has zero bytes: this is no text, or UTF-16 without its mark; save the chat as text in UTF-8';
  }
  if (isXml(head)) return describeXml(head);
  if (/^<(?:!doctype|html|head|body|!--)/iu.test(head.text)) {
    return describePage(head);
  }
  if (
    head.text.startsWith('{') ||
    /^\[\s*(?:[{["]|null|true|false|-?\d[\d.]*\s*[,\]]\s*(?:$|[\n,\d]))/u.test(head.text)
  )
    return describeJson(head);
  return describeTable(head) ?? describeText(first);
}

/** Marks of the pages that tools export. */
const PAGES: readonly (readonly [RegExp, string])[] = [
  [/class="[^"]*\bchat_page\b/u, 'Telegram Desktop'],
  [/class="[^"]*\bchatlog__/u, 'DiscordChatExporter'],
  [/class="[^"]*\bcomment-root\b/u, 'TwitchDownloader'],
];

function describePage({ text }: FileHead): string {
  const tool = PAGES.find(([mark]) => mark.test(text))?.[1];
  return tool === undefined
    ? 'The file is a web page (HTML), whatever its name says: save the chat log itself instead of the page around it'
    : `The file is the web page (HTML) that ${tool} exports: export the chat as JSON instead`;
}

function describeXml(head: FileHead): string {
  const { text } = head;
  const names = [...new Set([...text.matchAll(/<([a-z][\w.:-]{0,40})/giu)].map(([, name = '']) => name))];
  if (names.some((name) => name.toLowerCase() === 'html')) {
    return describePage(head);
  }
  return `Line 1 begins XML whose elements (${firstOf(names, KEY_LENGTH)}) have no time beside a text that can be read; ${READABLE}`;
}

function describeText(first: string): string {
  if (/^[^\s:]{1,64}: \S/u.test(first) || /^<[^>\s]{1,64}> \S/u.test(first)) {
    return `Line 1 ("${excerpt(first)}") has no time: save the chat with times, as [h:mm:ss] name: text`;
  }
  return `Line 1 ("${excerpt(first)}") is of no known form; ${READABLE}`;
}

/** What is wrong with a table whose first line names a column for texts. */
function describeTable({ text }: FileHead): string | undefined {
  for (const separator of [',', ';', '\t']) {
    const [names = [], second = []] = firstRecords(text, separator, 2);
    if (names.length < 2 || !hasTextColumn(names)) continue;
    const columns = columnsOf(names);
    if (!columns) {
      return `Line 1 names no column with times (${firstOf(names)}): call it time, offset or timestamp`;
    }
    return describeTime('Line 2', second[names.indexOf(columns.time)] ?? '', columns.time);
  }
  return undefined;
}

function describeJson(head: FileHead): string {
  const { text, json } = head;
  if (isListOfTexts(json[0])) {
    return 'The JSON is a list of texts without times: write an object with time, user and text for each message';
  }
  const keys = [...new Set([...text.matchAll(KEY)].map(([, key = '']) => key))];
  const named = keys.length > 0 ? ` (it begins with ${firstOf(keys, KEY_LENGTH)})` : '';
  return describeObjects(head, keys) ?? `The file is JSON of another tool${named}; ${READABLE}`;
}

/** Sets for learning have one text, or none, for each frame of a video. */
function isListOfTexts(root: unknown): boolean {
  if (!Array.isArray(root) || root.length === 0) return false;
  return root.every((one) => one === null || typeof one === 'string') && root.some((one) => typeof one === 'string');
}

/** What is wrong with objects that have a text. */
function describeObjects({ text, lines }: FileHead, keys: readonly string[]): string | undefined {
  if (!hasTextColumn(keys)) return undefined;
  const where = text.startsWith('[') ? 'Element 1' : lines.length > 1 ? 'Line 1' : 'The JSON';
  const columns = columnsOf(keys);
  if (!columns) return `${where} has no field with its time (${firstOf(keys)}): call it time, offset or timestamp`;
  const name = `"${columns.time}"`;
  const value = text.slice(text.indexOf(name) + name.length).split(/[,}\]\n]/u, 1)[0] ?? '';
  return describeTime(where, value.replaceAll(/[":\s]+/gu, ' '), columns.time);
}

/** Characters of a key in a sentence. Keys tell one tool from another, so they may be longer than values. */
const KEY_LENGTH = 24;

function firstOf(names: readonly string[], length = VALUE_LENGTH): string {
  return names
    .slice(0, 4)
    .map((name) => `"${excerpt(name, length)}"`)
    .join(', ');
}

function describeTime(where: string, value: string, name: string): string {
  const [shown, column] = [excerpt(value, VALUE_LENGTH), excerpt(name, VALUE_LENGTH)];
  return `${where} has "${shown}" as "${column}", which is no time: write seconds, h:mm:ss or ISO 8601`;
}
