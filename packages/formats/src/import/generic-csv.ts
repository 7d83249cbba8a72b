import type { ChatReader, FileHead, ImportFormat, ImportInput } from '../reading/format.ts';
import { BY_COLUMNS, type Columns, RowReader, columnsOf } from '../reading/columns.ts';
import { csvReader, firstRecords } from '../reading/records/csv.ts';
import { timeReaderOf } from '../reading/time-column.ts';

const SEPARATORS = [',', ';', '\t'];
const SAMPLES = 100;

interface Layout {
  readonly separator: string;
  readonly columns: Columns;
  /** positions of the columns */
  readonly at: { readonly time: number; readonly user: number; readonly text: number };
  readonly samples: readonly string[];
}

/** A table whose first line names its columns, separated by comma, semicolon or tab. */
export const genericCsv: ImportFormat = {
  name: 'generic-csv',
  title: 'CSV with columns for time, user and text',
  recognise: (head) => (layoutOf(head) ? BY_COLUMNS : 0),
  open(input) {
    const layout = layoutOf(input.head);
    // `recognise` has accepted the same head.
    if (!layout) throw new TypeError('opened for a file that was not recognised');
    return tableReader(layout, input);
  },
};

function tableReader({ separator, columns, at, samples }: Layout, input: ImportInput): ChatReader {
  const rows = RowReader.of(columns, samples, input);
  let isHeader = true;
  return csvReader(
    separator,
    (cells, where, out) => {
      if (isHeader) {
        isHeader = false;
        return;
      }
      const row = { time: cells[at.time] ?? '', user: cells[at.user] ?? '', text: cells[at.text] ?? '' };
      const message = rows?.read(row, where);
      if (message) out.push(message);
    },
    input,
  );
}

function layoutOf(head: FileHead): Layout | undefined {
  const [first = ''] = head.lines;
  if (/^[[{<]/u.test(first)) return undefined;
  for (const separator of SEPARATORS) {
    if (!first.includes(separator)) continue;
    const [names = [], ...records] = firstRecords(head.text, separator, SAMPLES + 1);
    const columns = columnsOf(names);
    if (!columns) continue;
    const position = (name: string | undefined) => (name === undefined ? -1 : names.indexOf(name));
    const at = { time: position(columns.time), user: position(columns.user), text: position(columns.text) };
    const samples = records.map((cells) => cells[at.time] ?? '');
    if (timeReaderOf(columns.time, samples)) return { separator, columns, at, samples };
  }
  return undefined;
}
