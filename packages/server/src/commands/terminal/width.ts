import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Columns that a text takes in a terminal. */
export function columnsOf(text: string): number {
  return stringWidth(text);
}

/** Fills up with spaces; longer texts stay as they are. */
export function padColumns(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, columns - columnsOf(text)));
  return align === 'left' ? text + space : space + text;
}

/** Cuts to a number of columns, with an ellipsis where something is missing. */
export function cutColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let cut = '';
  for (const { segment } of graphemes.segment(text)) {
    if (columnsOf(cut + segment) > columns - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}
