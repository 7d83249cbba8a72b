import { z } from 'zod';
import { askServer, serverFolderOption } from '../ask-server.ts';
import { flag } from '../command-options.ts';
import { defineCommand } from '../define-command.ts';
import { renderTable } from '../terminal/table.ts';

interface QueryResult {
  readonly columns: string[];
  readonly rows: Record<string, unknown>[];
}

export const sqlCommand = defineCommand({
  name: 'sql',
  about:
    'Asks the running server that holds the data folder, read only, at most 1,000 rows. The classic tables are settings and significant_moments.',
  operands: {
    value: '"SELECT ..."',
    type: z.tuple([z.string()], 'Write one statement, in quotes: ovation sql "SELECT ...".'),
  },
  options: { json: flag('print the rows as JSON'), 'data-dir': serverFolderOption },
  async run({ operands: [sql], options: { 'data-dir': folder, json } }, io) {
    const request = { method: 'POST', path: '/internal/sql', body: { sql } } as const;
    const { columns, rows } = await askServer<QueryResult>(request, { folder, io });
    const cells = () => rows.map((row) => columns.map((name) => textOf(row[name])));
    io.stdout.write(`${json ? JSON.stringify(rows, null, 2) : renderTable(columns, cells())}\n`);
    return 'fine';
  },
});

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
