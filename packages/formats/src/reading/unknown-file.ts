import type { FileHead } from './format.ts';
import { ImportError, excerpt } from './import-error.ts';

const KEY = /"((?:[^"\\]|\\.){1,40})"\s*:/gu;

/** One sentence about a file that no format recognises: what it seems to be, and what would be right. */
export function unknownFile(head: FileHead, titles: readonly string[]): ImportError {
  return new ImportError(describe(head, titles));
}

function describe(head: FileHead, titles: readonly string[]): string {
  const first = head.lines[0] ?? '';
  const readable = `what is read: ${titles.join('; ')}`;
  if (head.text === '') return 'The file is empty: choose one that holds a chat log';
  if (head.text.includes('\0')) {
    return 'Line 1 has zero bytes: this is no text, or UTF-16 without its mark; save the chat as text in UTF-8';
  }
  if (/^<(?:!doctype|html|head|body|\?xml|!--)/iu.test(head.text)) {
    return 'The file is a web page (HTML), whatever its name says: save the chat log itself instead of the page around it';
  }
  if (head.text.startsWith('{') || /^\[\s*[{["\d]/u.test(head.text)) return describeJson(head.text, readable);
  if (/^[^\s:]{1,64}: \S/u.test(first) || /^<[^>\s]{1,64}> \S/u.test(first)) {
    return `Line 1 ("${excerpt(first)}") has no time: save the chat with times, as [h:mm:ss] name: text`;
  }
  return `Line 1 ("${excerpt(first)}") is of no known form; ${readable}`;
}

function describeJson(text: string, readable: string): string {
  const keys = [...new Set([...text.matchAll(KEY)].map(([, key = '']) => key))].slice(0, 4);
  const named = keys.length > 0 ? ` (it begins with ${keys.map((key) => `"${excerpt(key, 24)}"`).join(', ')})` : '';
  return `The file is JSON of another tool${named}; ${readable}`;
}
