/** Whether the quotes of a line are in order: `open` when a quoted field goes on in the next line. */
export type Quoting = 'closed' | 'open' | 'odd';

/**
 * Follows the quotes of a line that begins inside of a quoted field (RFC 4180). A quote inside of a field without quotes
 * is a part of its text.
 * @returns `odd` when text follows a closing quote, as in files whose writer does not double the quotes of a text
 */
export function quotingOf(line: string, separator: string): Quoting {
  const after = afterQuoted(line, 0, separator);
  if (after === undefined) return 'open';
  if (after === -1) return 'odd';
  const rest = cellsOf(line.slice(after), separator);
  return typeof rest === 'string' ? rest : 'closed';
}

/** The fields of a record, or what is wrong with its quotes. */
export function cellsOf(record: string, separator: string): string[] | 'open' | 'odd' {
  if (!record.includes('"')) return record.split(separator);
  const cells: string[] = [];
  let at = 0;
  while (at <= record.length) {
    const quote = openingQuote(record, at, separator);
    if (quote === -1) {
      const next = record.indexOf(separator, at);
      const end = next === -1 ? record.length : next;
      cells.push(record.slice(at, end));
      at = end + 1;
    } else {
      const closing = closingQuote(record, quote + 1);
      if (closing === record.length) return 'open';
      const cell = record.slice(quote + 1, closing);
      cells.push(cell.includes('"') ? cell.replaceAll('""', '"') : cell);
      const after = afterClosing(record, closing, separator);
      if (after === -1) return 'odd';
      at = after;
    }
  }
  return cells;
}

/**
 * The fields of one line whose quotes are not in order: a quote ends its field only where a separator or the end of the
 * line follows, and the last field takes the rest.
 * @param width number of fields that a record must have
 * @returns undefined when the line has no such fields
 */
export function looseCellsOf(line: string, separator: string, width: number): string[] | undefined {
  const cells: string[] = [];
  let at = 0;
  while (cells.length < width - 1) {
    const isQuoted = line.charAt(at) === '"';
    const end = isQuoted ? line.indexOf(`"${separator}`, at + 1) : line.indexOf(separator, at);
    if (end === -1) return undefined;
    const cell = line.slice(isQuoted ? at + 1 : at, end);
    // The quote before it belonged to a text, so the end of that field is not known.
    if (!isQuoted && cell.includes('"')) return undefined;
    cells.push(isQuoted ? cell.replaceAll('""', '"') : cell);
    at = end + (isQuoted ? 2 : 1);
  }
  const last = looseLast(line.slice(at).trimEnd());
  return last === undefined ? undefined : [...cells, last];
}

function looseLast(cell: string): string | undefined {
  if (!cell.startsWith('"')) return cell.includes('"') ? undefined : cell;
  return cell.length >= 2 && cell.endsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : undefined;
}

/**
 * Position of the quote that opens the field at `at`, -1 when it has none. Spaces may stand before the quote of a field
 * that is quoted as a whole.
 */
function openingQuote(line: string, at: number, separator: string): number {
  if (line.charAt(at) === '"') return at;
  if (line.charAt(at) !== ' ') return -1;
  let quote = at;
  while (line.charAt(quote) === ' ') quote += 1;
  if (line.charAt(quote) !== '"') return -1;
  const after = afterQuoted(line, quote + 1, separator);
  return after === undefined || after === -1 ? -1 : quote;
}

/**
 * Position behind the separator that follows a quoted field, or behind the end of the line.
 * @param from inside of the quotes
 * @returns undefined when the quotes do not close, -1 when text follows them
 */
function afterQuoted(line: string, from: number, separator: string): number | undefined {
  const closing = closingQuote(line, from);
  return closing === line.length ? undefined : afterClosing(line, closing, separator);
}

function afterClosing(line: string, closing: number, separator: string): number {
  let at = closing + 1;
  while (line.charAt(at) === ' ') at += 1;
  if (at >= line.length) return line.length + 1;
  return line.charAt(at) === separator ? at + 1 : -1;
}

/** Position of the quote that closes a field; the length of the text when there is none. */
function closingQuote(text: string, from: number): number {
  let at = from;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return text.length;
    if (text.charAt(quote + 1) !== '"') return quote;
    at = quote + 2;
  }
}
