import { BY_COLUMNS, type Columns, RowReader, columnsOf, dayAndClockOf } from '../../reading/columns.ts';
import type { FileHead, ImportFormat, ImportInput } from '../../reading/format.ts';
import { timeColumnOf } from '../../reading/time-column.ts';
import { type XmlElement, elementReader, firstElements } from '../../reading/xml/xml-elements.ts';
import { isXml } from '../../reading/xml/xml-format.ts';

type Fields = Readonly<Record<string, string>>;

interface Layout {
  /** name of the elements that are messages */
  readonly element: string;
  readonly columns: Columns;
  readonly samples: readonly string[];
  readonly timeOf: (fields: Fields) => string;
}

/** Elements of any tool with time, user and text as attributes or as elements inside; the text may be the content. */
export const genericXml: ImportFormat = {
  name: 'generic-xml',
  title: 'XML elements with time, user and text',
  recognise: (head) => (layoutOf(head) ? BY_COLUMNS : 0),
  open(input) {
    const layout = layoutOf(input.head);
    // `recognise` has accepted the same head.
    if (!layout) throw new TypeError('opened for a file that was not recognised');
    return messageReader(layout, input);
  },
};

function messageReader({ element, columns, samples, timeOf }: Layout, input: ImportInput) {
  const rows = new RowReader(columns, samples, input);
  return elementReader(input.notes, (found, where, out) => {
    if (found.name !== element) return;
    const fields = fieldsOf(found);
    const text = fields[columns.text];
    // A log may have one kind of element for everything: a join has no text.
    if (text === undefined) return;
    const user = columns.user === undefined ? '' : (fields[columns.user] ?? '');
    const message = rows.read({ time: timeOf(fields), user, text }, where);
    if (message) out.push(message);
  });
}

/** Attributes and contents of an element; its own content, if it has any, is called text. */
function fieldsOf({ attributes, text, children }: XmlElement): Record<string, string> {
  const own = children.size === 0 && text.trim() !== '' ? { text } : {};
  return { ...own, ...Object.fromEntries(children), ...attributes };
}

/** Reads the time of an element, also from a day and a clock that stand apart. */
function timeReaderOf(rows: readonly Fields[], columns: Columns): (fields: Fields) => string {
  const names = [...new Set(rows.flatMap((fields) => Object.keys(fields)))];
  const cells = rows.map((fields) => names.map((name) => fields[name] ?? ''));
  const apart = dayAndClockOf(names, columns.time, cells);
  if (!apart) return (fields) => fields[columns.time] ?? '';
  const clock = names[apart.clock] ?? '';
  const day = apart.day === undefined ? undefined : names[apart.day];
  return (fields) => (day === undefined ? (fields[clock] ?? '') : `${fields[day] ?? ''} ${fields[clock] ?? ''}`);
}

function columnsIn(rows: readonly Fields[]): Columns | undefined {
  return columnsOf([...new Set(rows.flatMap((fields) => Object.keys(fields)))]);
}

function layoutOf(head: FileHead): Layout | undefined {
  if (!isXml(head)) return undefined;
  const byName = Map.groupBy(firstElements(head.text), ({ name }) => name);
  const candidates = [...byName].flatMap(([element, found]) => {
    const all = found.map(fieldsOf);
    const text = columnsIn(all)?.text;
    const rows = text === undefined ? [] : all.filter((fields) => fields[text] !== undefined);
    const columns = columnsIn(rows);
    if (!columns) return [];
    const timeOf = timeReaderOf(rows, columns);
    const samples = rows.map(timeOf);
    return timeColumnOf(columns.time, samples) ? [{ element, columns, samples, timeOf }] : [];
  });
  return candidates.toSorted((a, b) => b.samples.length - a.samples.length)[0];
}
