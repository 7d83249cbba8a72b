import type { ImportFormat } from '../reading/format.ts';
import { readItem } from '../reading/chat-downloader-item.ts';
import { HeldMessages } from '../reading/held-messages.ts';
import { fieldsOf } from '../reading/records/json-fields.ts';
import { type ReadValue, jsonLines, jsonList } from '../reading/records/json-lines.ts';

const FIELDS = ['action_type', 'author', 'message', 'message_id', 'message_type', 'time_in_seconds', 'timestamp'];

/** JSON of chat-downloader: a list of items, or one on each line. */
export const chatDownloaderJson: ImportFormat = {
  name: 'chat-downloader-json',
  title: 'chat-downloader JSON',

  recognise({ text }) {
    if (!/^(?:\[\s*)?\{/u.test(text)) return 0;
    const isItem =
      /"(?:message_type|action_type)"\s*:\s*"[a-z_]+"/u.test(text) && /"(?:message|time_in_seconds)"/u.test(text);
    const known = FIELDS.filter((name) => text.includes(`"${name}"`)).length;
    return isItem && known >= 4 ? 1 : 0;
  },

  open(input) {
    const held = new HeldMessages(input.notes.report);
    const read: ReadValue = (value, where, out) => readItem(fieldsOf(value), where, { input, held }, out);
    const end = held.flush.bind(held);
    const isList = input.head.text.startsWith('[');
    return isList ? jsonList(input, { list: null, name: 'item' }, read, end) : jsonLines(input, read, end);
  },
};
