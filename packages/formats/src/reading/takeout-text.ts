import { fieldsOf, textOf } from './records/json-fields.ts';

/**
 * The text of a cell of Google Takeout, which holds pieces of JSON: `{"text":"hi"},{"text":" again"}`. Undefined for
 * other cells.
 */
export function textOfRuns(cell: string): string | undefined {
  if (!cell.startsWith('{"')) return undefined;
  try {
    const runs: unknown = JSON.parse(`[${cell}]`);
    if (!Array.isArray(runs)) return undefined;
    return runs.map((run) => textOf(fieldsOf(run)['text']) ?? '').join('');
  } catch {
    return undefined;
  }
}
