import { printable } from './text.ts';
import { columnsOf, padColumns } from './width.ts';

const GAP = '  ';

/**
 * Columns under their names, two spaces between them, without a line break at the end.
 * @param rightAligned names of the columns with numbers
 */
export function renderTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: readonly string[] = [],
): string {
  const cells = [columns, ...rows].map((row) => row.map(printable));
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => columnsOf(row[index] ?? ''))));
  const line = (row: readonly string[]) =>
    columns
      .map((name, index) => {
        const align = rightAligned.includes(name) ? 'right' : 'left';
        return padColumns(row[index] ?? '', widths[index] ?? 0, align);
      })
      .join(GAP)
      .trimEnd();
  return cells.map(line).join('\n');
}
