import { checkRawEmote, emoteDisplay } from '@ovation/protocol';
import type { ChatMessage } from '../reading/chat.ts';
import type { ImportFormat } from '../reading/format.ts';
import type { ImportNotes } from '../reading/import-notes.ts';
import { type ReadValue, jsonLines, jsonList } from '../reading/records/json-lines.ts';

const WANTED = { list: null, name: 'record' };
const BEGINS_WITH_RECORD = /^(?:\[\s*)?\{[^{}]*"emote"\s*:/u;

/** The classic raw records `{emote, timestamp}` (S0-04), as a JSON list or one on each line. */
export const emoteRecords: ImportFormat = {
  name: 'emote-records',
  title: 'records {emote, timestamp}',

  recognise: (head) => (BEGINS_WITH_RECORD.test(head.text) || /^\[\s*\]?\s*$/u.test(head.text) ? 1 : 0),

  open(input) {
    const read: ReadValue = (value, where, out) => {
      const message = recordOf(value, where, input.notes);
      if (message) out.push(message);
    };
    return input.head.text.startsWith('[') ? jsonList(input, WANTED, read) : jsonLines(input, read);
  },
};

function recordOf(value: unknown, where: string, notes: ImportNotes): ChatMessage | undefined {
  const check = checkRawEmote(value);
  if (!check.ok) {
    notes.skip(where, check.problem);
    return undefined;
  }
  const { key, occurredAt: at } = check;
  const offsetMs = notes.place(notes.sinceFirst(at), 'chat', where);
  if (offsetMs === undefined) return undefined;
  const emotes = [{ key, name: emoteDisplay(key), count: 1 }];
  return { offsetMs, at, author: '', text: '', emotes, kind: 'chat' };
}
