import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { freePorts } from '../../../test/services/service.ts';
import { startOwnPostgres } from '../../../test/services/own-postgres.ts';
import { createEmptyDatabase, query } from '../../../test/services/postgres-database.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { checkServer } from './check-server.ts';
import { openPostgresDatabase } from './database.ts';

async function opening(change: (url: URL) => void): Promise<{ code: unknown; message: string }> {
  const empty = await createEmptyDatabase(inject('engines').postgres);
  onTestFinished(() => empty[Symbol.asyncDispose]());
  const url = new URL(empty.url);
  change(url);
  return failureOf(url.href);
}

async function failureOf(url: string): Promise<{ code: unknown; message: string }> {
  try {
    const parts = { service: { url, poolSize: 2 }, migrations: [], clock: createManualClock(), logger: silentLogger() };
    const database = await openPostgresDatabase(parts);
    onTestFinished(() => database[Symbol.asyncDispose]());
  } catch (error) {
    const { password } = new URL(url);
    if (password !== '') expect(everythingOf(error)).not.toContain(decodeURIComponent(password));
    const { code, message } = error as { code: unknown; message: string };
    return { code, message };
  }
  throw new Error('It opened');
}

/** With its causes, as a log shows it. */
function everythingOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack} ${JSON.stringify(error)} ${everythingOf(error.cause)}`;
}

describe('opening a PostgreSQL database says in one sentence', () => {
  it('that the password is wrong', async () => {
    const { code, message } = await opening((url) => (url.password = 'not-this-one'));
    expect(message).toMatch(
      /^The PostgreSQL server at 127\.0\.0\.1:\d+ refuses the password of "\w+" in OVATION_DATABASE_URL$/,
    );
    expect(code).toBe('database_unusable');
  });

  it('that a password is asked for', async () => {
    const { code, message } = await opening((url) => (url.password = ''));
    expect(message).toMatch(/asks for the password of "\w+": put it into OVATION_DATABASE_URL$/);
    expect(code).toBe('database_unusable');
  });

  it('that there is no such host, which may still come', async () => {
    const { code, message } = await opening((url) => (url.hostname = 'database.invalid'));
    expect(message).toMatch(/^There is no host of the name in OVATION_DATABASE_URL: database\.invalid:\d+$/);
    expect(code).toBe('08006');
  });

  it('that nothing listens there, which may still come', async () => {
    const [port] = await freePorts(1);
    const { code, message } = await opening((url) => (url.port = String(port)));
    expect(message).toBe(
      `Nothing listens at 127.0.0.1:${port}: is the PostgreSQL server of OVATION_DATABASE_URL running?`,
    );
    expect(code).toBe('08006');
  });

  it('that there is no such database', async () => {
    const { code, message } = await opening((url) => (url.pathname = '/missing'));
    expect(message).toMatch(/has no database "missing": create it, or name another one in OVATION_DATABASE_URL$/);
    expect(code).toBe('database_unusable');
  });

  it('that a newer Ovation wrote it', async () => {
    const empty = await createEmptyDatabase(inject('engines').postgres);
    onTestFinished(() => empty[Symbol.asyncDispose]());
    await query(
      empty.url,
      `create table migrations (name text primary key, ran_at timestamptz not null default now(), version text);
       insert into migrations values ('rooms-001', now(), '9.1.0')`,
    );
    const { code, message } = await failureOf(empty.url);
    expect(message).toMatch(
      /^The database was written by Ovation 9\.1\.0, .* or set OVATION_DATABASE_URL to another database\. Nothing was changed\.$/,
    );
    expect(code).toBe('database_unusable');
  });

  it('that its encoding cannot hold emotes', async () => {
    const empty = await createEmptyDatabase(inject('engines').postgres, { encoding: 'LATIN1' });
    onTestFinished(() => empty[Symbol.asyncDispose]());
    const { code, message } = await failureOf(empty.url);
    expect(message).toMatch(/^The database has the encoding LATIN1, /);
    expect(code).toBe('database_unusable');
  });

  it('that the account may not make tables', async () => {
    const empty = await createEmptyDatabase(inject('engines').postgres);
    onTestFinished(() => empty[Symbol.asyncDispose]());
    const name = `reader_${process.pid}`;
    await query(empty.url, `create role ${name} login password 'only-reads'`);
    onTestFinished(async () => void (await query(inject('engines').postgres, `drop role ${name}`)));
    const url = new URL(empty.url);
    [url.username, url.password] = [name, 'only-reads'];
    const { code, message } = await failureOf(url.href);
    expect(message).toMatch(/^"reader_\d+" may not make tables in database "test_\w+": make it the owner/);
    expect(code).toBe('database_unusable');
  });

  it('that it is a replica', async () => {
    await using own = await startOwnPostgres();
    const replica = await own.replica();
    const { code, message } = await failureOf(replica.address);
    expect(message).toMatch(/^OVATION_DATABASE_URL names a replica, which is read-only/);
    expect(code).toBe('database_unusable');
  });

  it('that the server is too old', async () => {
    const rows = [{ number: 140_011, version: '14.11', encoding: 'UTF8', is_replica: false }];
    // No such server is here: what it would answer.
    const connection = { query: async () => ({ rows, fields: [] }) } as unknown as Parameters<typeof checkServer>[0];
    await expect(checkServer(connection)).rejects.toMatchObject({
      message: 'The server is PostgreSQL 14.11; Ovation needs 15 or newer',
      code: 'database_unusable',
    });
  });
});
