import type { ImportFormat } from '../../reading/format.ts';
import { csvReader, firstRecords } from '../../reading/records/csv.ts';
import { numberOf } from '../../reading/records/json-fields.ts';
import { wallTime } from '../../reading/utc.ts';

const COLUMNS = ['created_utc', 'author', 'body'];

/** Comments of a discussion thread, `created_utc,author,body,flair`; the time is in Unix seconds. */
export const threadCsv: ImportFormat = {
  name: 'thread-csv',
  title: 'thread CSV, created_utc,author,body',

  recognise({ text, lines }) {
    const [names = []] = firstRecords(`${lines[0] ?? ''}\n`, ',', 1);
    return text !== '' && COLUMNS.every((name) => names.includes(name)) ? 1 : 0;
  },

  open({ notes, emotes }) {
    let at: { time: number; author: number; body: number } | undefined;
    return csvReader(
      ',',
      (cells, where, out) => {
        if (!at) {
          at = { time: cells.indexOf('created_utc'), author: cells.indexOf('author'), body: cells.indexOf('body') };
          return;
        }
        const time = wallTime((numberOf(cells[at.time]) ?? -1) * 1000);
        if (time === undefined) {
          notes.skip(where, 'it has no time (created_utc is no number)');
          return;
        }
        const offsetMs = notes.place(notes.sinceFirst(time), 'chat', where);
        if (offsetMs === undefined) return;
        const text = cells[at.body] ?? '';
        emotes.addText(text);
        out.push({ offsetMs, at: time, author: cells[at.author] ?? '', text, emotes: emotes.take(), kind: 'chat' });
      },
      { notes },
    );
  },
};
