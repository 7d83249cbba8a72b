import { checkRawEmote, emoteDisplay } from '@ovation/protocol';
import type { ChatMessage } from '../reading/chat.ts';
import type { ImportFormat } from '../reading/format.ts';
import type { ImportNotes } from '../reading/import-notes.ts';
import { linesOf } from '../reading/lines.ts';
import { scanJson } from '../reading/scan-json.ts';

const WANTED = { list: null, members: [], elementName: 'record' };
const BEGINS_WITH_RECORD = /^(?:\[\s*)?\{[^{}]*"emote"\s*:/u;

/** The documents' raw records `{emote, timestamp}` (S0-04), as a JSON list or one on each line. */
export const emoteRecords: ImportFormat = {
  name: 'emote-records',
  title: 'records {emote, timestamp}',

  recognise: (head) => (BEGINS_WITH_RECORD.test(head.text) || /^\[\s*\]?\s*$/u.test(head.text) ? 1 : 0),

  read: ({ text, head, notes }) => (head.text.startsWith('[') ? readList(text, notes) : readLines(text, notes)),
};

async function* readList(text: AsyncIterable<string>, notes: ImportNotes): AsyncGenerator<ChatMessage, void> {
  for await (const part of scanJson(text, WANTED)) {
    if (part.kind === 'element') yield* recordOf(part.value, `record ${part.index + 1}`, notes);
    if (part.kind === 'broken') notes.skip(`record ${part.index + 1}`, 'it is not valid JSON');
  }
}

async function* readLines(text: AsyncIterable<string>, notes: ImportNotes): AsyncGenerator<ChatMessage, void> {
  for await (const { number, text: line } of linesOf(text)) {
    if (line.trim() === '') continue;
    const where = `line ${number}`;
    const parsed = parse(line);
    if (parsed) yield* recordOf(parsed.value, where, notes);
    else notes.skip(where, 'it is not valid JSON');
  }
}

function parse(line: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(line) };
  } catch {
    return undefined;
  }
}

function* recordOf(value: unknown, where: string, notes: ImportNotes): Generator<ChatMessage, void> {
  const check = checkRawEmote(value);
  if (!check.ok) {
    notes.skip(where, check.problem);
    return;
  }
  const { key, occurredAt: at } = check;
  const offsetMs = notes.place(notes.sinceFirst(at), 'chat', where);
  if (offsetMs === undefined) return;
  const emotes = [{ key, name: emoteDisplay(key), count: 1 }];
  yield { offsetMs, at, author: '', text: '', emotes, kind: 'chat' };
}
