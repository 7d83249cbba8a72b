import type { ImportFormat, FileHead, ImportInput } from '../reading/format.ts';
import { BY_COLUMNS, type Columns, RowReader, columnsOf } from '../reading/columns.ts';
import { ImportError } from '../reading/import-error.ts';
import { type Fields, fieldsOf, textOf } from '../reading/records/json-fields.ts';
import { type ReadValue, jsonLines, jsonList } from '../reading/records/json-lines.ts';
import { JsonScanner } from '../reading/records/json-scanner.ts';
import { timeColumnOf } from '../reading/time-column.ts';

const SAMPLES = 100;

/** Objects of any tool with fields for time, user and text: a JSON list, or one on each line. */
export const genericJson: ImportFormat = {
  name: 'generic-json',
  title: 'JSON objects with fields for time, user and text',

  recognise(head) {
    if (!/^(?:\[\s*)?\{/u.test(head.text)) return 0;
    const samples = samplesOf(head);
    const columns = columnsIn(samples);
    return columns && timeColumnOf(columns.time, timesOf(samples, columns)) ? BY_COLUMNS : 0;
  },

  open(input) {
    const read = reader(input);
    return input.head.text.startsWith('[')
      ? jsonList(input, { list: null, name: 'element' }, read)
      : jsonLines(input, read);
  },
};

function reader(input: ImportInput): ReadValue {
  const samples = samplesOf(input.head);
  const columns = columnsIn(samples);
  const rows = columns && new RowReader(columns, timesOf(samples, columns), input);
  // `recognise` has accepted the same head.
  if (!columns || !rows) throw new ImportError('The JSON has no fields for time and text');
  return (value, where, out) => {
    const fields = fieldsOf(value);
    const user = columns.user === undefined ? '' : wordOf(fields[columns.user]);
    const row = { time: wordOf(fields[columns.time]), user, text: wordOf(fields[columns.text]) };
    const message = rows.read(row, where);
    if (message) out.push(message);
  };
}

/** The first objects of the head that are not cut off. */
function samplesOf({ text, lines }: FileHead): Fields[] {
  if (!text.startsWith('[')) {
    return lines.slice(0, SAMPLES).flatMap((line) => {
      try {
        return [fieldsOf(JSON.parse(line))];
      } catch {
        return [];
      }
    });
  }
  const found: Fields[] = [];
  try {
    const scanner = new JsonScanner({ list: null, members: [], elementName: 'element' });
    for (const part of scanner.push(text)) {
      if (part.kind === 'element') found.push(fieldsOf(part.value));
      if (found.length >= SAMPLES) break;
    }
  } catch {
    // Broken JSON is reported when the file is read.
  }
  return found;
}

function columnsIn(samples: readonly Fields[]): Columns | undefined {
  return columnsOf([...new Set(samples.flatMap((fields) => Object.keys(fields)))]);
}

function timesOf(samples: readonly Fields[], { time }: Columns): string[] {
  return samples.map((fields) => wordOf(fields[time]));
}

/** An author may be an object with a name. */
function wordOf(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return textOf(value) ?? '';
  const fields = fieldsOf(value);
  return textOf(fields['display_name']) ?? textOf(fields['displayName']) ?? textOf(fields['name']) ?? '';
}
