import { existsSync } from 'node:fs';
import { rename, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { describe, expect, it } from 'vitest';
import { openSettings } from '../../src/adapters/pglite/thread/open-settings.ts';
import { VERSION } from '../../src/version.ts';
import { runOvation } from '../../../../test/server-process.ts';
import { changeIntervals, serverProcesses, until } from '../support/server-processes.ts';

/** Data folders that a server cannot use: it says so in one sentence, ends with 1 and changes nothing (doors.md D7, D8, D14). */

const { newFolder, start } = serverProcesses();

/** What `ovation serve` says of the folder and how it ends. */
async function refusalOf(folder: string) {
  const { code, stderr, stdout } = await runOvation(['serve'], {
    OVATION_DATA_DIR: folder,
    OVATION_SIMULATOR: 'off',
    PORT: '0',
  });
  expect(stderr).not.toMatch(/\n\s+at |\[object Object\]/);
  expect(stdout).not.toContain('Ovation is ready');
  return { code, sentence: stderr.trim() };
}

/** Does in the database of a stopped server what another version would have done. */
async function change(folder: string, sql: string): Promise<unknown[]> {
  const database = await PGlite.create({ ...openSettings(), dataDir: path.join(folder, 'db') });
  const results = await database.exec(sql);
  await database.close();
  return results.at(-1)?.rows ?? [];
}

describe('a data folder of a newer version', () => {
  it('is refused by the names of what is not known and the version that wrote it', async () => {
    const folder = await newFolder();
    const first = await start(folder);
    await first.kill('SIGTERM');
    expect(existsSync(path.join(folder, 'db', 'PG_VERSION'))).toBe(true);
    const versions = 'select distinct version from migrations';
    expect(await change(folder, versions)).toEqual([{ version: VERSION }]);
    await change(
      folder,
      `insert into migrations (name, version) values ('rooms-001', '9.1.0'), ('rooms-002', '9.2.0')`,
    );
    const refused = await refusalOf(folder);
    expect(refused.code).toBe(1);
    expect(refused.sentence).toBe(
      `Ovation did not start. The database was written by Ovation 9.1.0 and 9.2.0, this is ${VERSION}, which does not know: rooms-001, rooms-002. Start that version or a newer one, or set OVATION_DATA_DIR to another folder. Nothing was changed.`,
    );
    await change(folder, `delete from migrations where name like 'rooms-%'`);
    await start(folder);
  });
});

describe('a damaged event log', () => {
  it('is refused in one sentence, and what that says helps: the server goes on with a new log', async () => {
    const folder = await newFolder();
    const log = path.join(folder, 'log');
    const first = await start(folder);
    await changeIntervals(first.url, 1);
    await react(first.url);
    await until(async () => expect(await momentsOf(first.url)).toBeGreaterThan(0));
    await first.kill('SIGTERM');
    await truncate(path.join(log, 'data.mdb'), 20_000);
    const refused = await refusalOf(folder);
    expect(refused.code).toBe(1);
    expect(refused.sentence).toMatch(/^Ovation did not start\. The event log in \S+ is damaged: .* move it away/);
    await writeFile(path.join(log, 'data.mdb'), 'This is a text. '.repeat(20));
    expect((await refusalOf(folder)).sentence).toContain('is damaged: it is no file of LMDB');

    await rename(log, path.join(folder, 'log.damaged'));
    const second = await start(folder);
    const before = await momentsOf(second.url);
    expect(before).toBeGreaterThan(0);
    expect(await (await fetch(`${second.url}/settings/interval`)).json()).toEqual({ interval: 1 });
    // The window of the minute may be the one of before, with its count: more than half must be new.
    for (let n = 0; n < 2; n++) await react(second.url, '👍');
    await until(async () => expect(await momentsOf(second.url)).toBeGreaterThan(before));
  });
});

async function react(url: string, emote = '🔥'): Promise<void> {
  const body = JSON.stringify({ emote, timestamp: new Date().toISOString() });
  const response = await fetch(`${url}/emotes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect(response.status).toBe(202);
}

async function momentsOf(url: string): Promise<number> {
  return ((await (await fetch(`${url}/moments`)).json()) as unknown[]).length;
}
