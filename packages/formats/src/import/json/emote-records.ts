import { checkRawEmote, emoteDisplay } from '@ovation/protocol';
import type { ChatMessage } from '../../reading/chat.ts';
import type { ImportNotes } from '../../reading/import-notes.ts';
import { itemFormat } from '../../reading/json/item-format.ts';
import { fieldsOf } from '../../reading/records/json-fields.ts';

/** The classic raw records `{emote, timestamp}` (S0-04), as a JSON list or one on each line. */
export const emoteRecords = itemFormat({
  name: 'emote-records',
  title: 'records {emote, timestamp}',
  itemName: 'record',

  isItem(value) {
    const record = fieldsOf(value);
    return 'emote' in record && !('text' in record) && !('message' in record);
  },

  /** The file of a broadcast without reactions. */
  fallback: ({ text }) => (/^\[\s*\]?\s*$/u.test(text) ? [] : undefined),

  open({ notes }) {
    return {
      item(value, where, out) {
        const message = recordOf(value, where, notes);
        if (message) out.push(message);
      },
    };
  },
});

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
