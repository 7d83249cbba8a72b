import { readItem } from '../../reading/chat-downloader-item.ts';
import { HeldMessages } from '../../reading/held-messages.ts';
import { itemFormat } from '../../reading/json/item-format.ts';
import { fieldsOf, numberOf } from '../../reading/records/json-fields.ts';

const FIELDS = ['action_type', 'author', 'message', 'message_id', 'message_type', 'time_in_seconds', 'timestamp'];

/** JSON of chat-downloader: a list of items, or one on each line. */
export const chatDownloaderJson = itemFormat({
  name: 'chat-downloader-json',
  title: 'chat-downloader JSON',
  itemName: 'item',

  isItem(value) {
    const item = fieldsOf(value);
    const type = item['message_type'] ?? item['action_type'];
    if (typeof type !== 'string' || !/^[a-z_]+$/u.test(type)) return false;
    return ('message' in item || 'time_in_seconds' in item) && FIELDS.filter((name) => name in item).length >= 3;
  },

  open(input) {
    const held = new HeldMessages(input.notes.report);
    return {
      item: (value, where, out) => readItem(fieldsOf(value), where, { input, held }, out),
      end: (out) => held.flush(out),
      timeOf,
    };
  },
});

function timeOf(value: unknown): number | undefined {
  const item = fieldsOf(value);
  const seconds = numberOf(item['time_in_seconds']);
  if (seconds !== undefined) return seconds * 1_000;
  const microseconds = numberOf(item['timestamp']);
  return microseconds === undefined ? undefined : microseconds / 1_000;
}
