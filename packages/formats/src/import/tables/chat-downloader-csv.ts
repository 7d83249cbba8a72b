import type { ImportFormat } from '../../reading/format.ts';
import { readItem } from '../../reading/chat-downloader-item.ts';
import { csvReader, firstRecords } from '../../reading/records/csv.ts';
import { HeldMessages } from '../../reading/held-messages.ts';
import { type Fields, listOf } from '../../reading/records/json-fields.ts';

/** CSV of chat-downloader: the fields of its items flattened, as `author.name` or `emotes.0.id`. */
export const chatDownloaderCsv: ImportFormat = {
  name: 'chat-downloader-csv',
  title: 'chat-downloader CSV',

  recognise({ lines }) {
    const [names = []] = firstRecords(`${lines[0] ?? ''}\n`, ',', 1);
    const isItem = names.includes('message_type') || names.includes('action_type');
    return isItem && names.some((name) => name === 'time_in_seconds' || name === 'timestamp') ? 1 : 0;
  },

  open(input) {
    const held = new HeldMessages(input.notes.report);
    let names: readonly (readonly string[])[] | undefined;
    return csvReader(
      ',',
      (cells, where, out) => {
        if (names) readItem(itemOf(names, cells), where, { input, held }, out);
        else names = cells.map((name) => name.replace(/^author_(?=name|id|display_name)/u, 'author.').split('.'));
      },
      { notes: input.notes, end: (out) => held.flush(out) },
    );
  },
};

/** Undoes the flattening of the fields that are read: author and emotes. */
function itemOf(names: readonly (readonly string[])[], cells: readonly string[]): Fields {
  const item: Record<string, unknown> = {};
  const author: Record<string, unknown> = {};
  const emotes = new Map<string, Record<string, unknown>>();
  names.forEach(([name = '', field = '', ...rest], index) => {
    const cell = cells[index] ?? '';
    if (cell === '') return;
    if (name === 'author') author[field] = cell;
    else if (name === 'emotes') {
      const emote = emotes.get(field) ?? {};
      emotes.set(field, emote);
      addToEmote(emote, rest, cell);
    } else if (field === '') item[name] = cell;
  });
  return { ...item, author, emotes: [...emotes.values()] };
}

function addToEmote(emote: Record<string, unknown>, [field = '', place]: readonly string[], cell: string): void {
  if (place === undefined) emote[field] = field === 'is_custom_emoji' ? cell === 'True' : cell;
  else if (field === 'locations') emote[field] = [...listOf(emote[field]), cell];
}
