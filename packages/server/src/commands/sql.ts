import type { Command } from './command.ts';
import { askServer } from './ask-server.ts';
import { renderTable } from './terminal-table.ts';

const usage = `Usage: ovation sql "SELECT ..." [--json] [--data-dir FOLDER]

Asks the running server that holds the data folder, read only, at most 1,000 rows. The tables of the documents are
settings and significant_moments.`;

interface Answer {
  readonly columns: string[];
  readonly rows: Record<string, unknown>[];
}

export const sqlCommand: Command = {
  name: 'sql',
  summary: 'read the database',
  usage,
  async run(args, io) {
    const answer = await askServer<Answer>(args, io, {
      usage,
      request: ([statement]) =>
        statement === undefined ? undefined : { method: 'POST', path: '/internal/sql', body: { sql: statement } },
    });
    if (!answer.ok) return answer.exitCode;
    const { columns, rows } = answer.body;
    if (answer.asJson) io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else
      io.stdout.write(
        `${renderTable(
          columns,
          rows.map((row) => columns.map((name) => textOf(row[name]))),
        )}\n`,
      );
    return 0;
  },
};

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
