import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface EmptyDatabase extends AsyncDisposable {
  readonly url: string;
}

export interface EmptyDatabaseOptions {
  /** of ICU, such as `en-US`; default: that of the server */
  readonly icuLocale?: string;
  /** default UTF8 */
  readonly encoding?: string;
}

/** An empty database on the server of the address; disposing ends its connections and drops it. */
export async function createEmptyDatabase(address: string, options: EmptyDatabaseOptions = {}): Promise<EmptyDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const { encoding, icuLocale } = options;
  const wishes = [
    encoding && `encoding '${encoding}' locale 'C'`,
    icuLocale && `locale_provider icu icu_locale '${icuLocale}'`,
  ].filter(Boolean);
  const template = wishes.length > 0 ? ` template template0 ${wishes.join(' ')}` : '';
  await execute(address, `create database ${name}${template}`);
  const url = new URL(address);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => execute(address, `drop database ${name} with (force)`),
  };
}

/** Statements by a connection of their own. @returns the rows of the last one */
export async function query<Row extends Record<string, unknown>>(address: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: address });
  client.on('error', () => {});
  await client.connect();
  try {
    const answers: unknown = await client.query(text);
    // Several statements have an array of answers, which the types of the driver do not say.
    const last = (Array.isArray(answers) ? answers.at(-1) : answers) as pg.QueryResult<Row>;
    return last.rows;
  } finally {
    await client.end();
  }
}

async function execute(address: string, text: string): Promise<void> {
  await query(address, text);
}
