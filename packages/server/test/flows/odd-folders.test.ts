import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { describe, expect, it } from 'vitest';
import { openSettings } from '../../src/adapters/pglite/thread/open-settings.ts';
import { VERSION } from '../../src/version.ts';
import { runOvation } from '../../../../test/server-process.ts';
import { changeIntervals, serverProcesses, until } from '../support/server-processes.ts';

/** Data folders that a server cannot use: it says so in one sentence, ends with 1 and changes nothing (doors.md D7, D8, D14). */

const { newFolder, start } = serverProcesses();

/** What `ovation serve` says of the folder and how it ends. */
async function refusalOf(folder: string, mount?: string) {
  const environment = { OVATION_DATA_DIR: folder, OVATION_SIMULATOR: 'off', PORT: '0' };
  const { code, stderr, stdout } = mount ? serveBelow(mount, environment) : await runOvation(['serve'], environment);
  expect(stderr).not.toMatch(/\n\s+at |\[object Object\]/);
  expect(stdout).not.toContain('Ovation is ready');
  return { code, sentence: stderr.trim() };
}

/** In mounts of its own, which end with it. */
function serveBelow(mount: string, environment: Record<string, string>) {
  const serve = `${mount} && exec ${process.execPath} packages/server/bin/ovation.js serve`;
  const { status, stderr, stdout } = spawnSync('unshare', ['-rm', 'sh', '-c', serve], {
    cwd: fileURLToPath(new URL('../../../..', import.meta.url)),
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  return { code: status, stderr, stdout };
}

const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

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

describe('a folder that cannot be used', () => {
  it('is named, with what is wrong and what to do, wherever it lies', async () => {
    const folder = await newFolder();
    const file = path.join(folder, 'file');
    await writeFile(file, 'a text');
    for (const part of ['lock.sqlite', 'log', 'db', 'app.log'])
      await mkdir(path.join(folder, part), { recursive: true });
    const odd = [
      '/proc/ovation',
      '/proc',
      '/sys/ovation',
      '/sys',
      '/dev/null',
      '/dev/null/below',
      file,
      `${file}/below`,
    ];
    for (const place of odd) {
      const refused = await refusalOf(place);
      expect(refused.code).toBe(1);
      expect(refused.sentence).toMatch(
        /^Ovation did not start\. The data folder \S+ cannot be used: .*OVATION_DATA_DIR/,
      );
      expect(refused.sentence).toContain(`The data folder ${place} `);
    }
    expect((await refusalOf(folder)).sentence).toContain('its file lock.sqlite cannot be opened for writing');
  });

  it.skipIf(!canMount)('is named on a disk that is full or read-only (needs unshare)', async () => {
    const parent = await newFolder();
    const folder = path.join(parent, 'data');
    const full = await refusalOf(folder, `mount -t tmpfs -o size=2m none ${parent}`);
    expect(full).toEqual({
      code: 1,
      sentence: `Ovation did not start. The disk of ${folder} is full: 2 MB are left, and a first start needs 33 MB. Make room, or set OVATION_DATA_DIR to a folder on another disk.`,
    });
    const readOnly = `mount -t tmpfs none ${parent} && mkdir ${folder} && mount -o remount,ro ${parent}`;
    const refused = await refusalOf(folder, readOnly);
    expect(refused.code).toBe(1);
    expect(refused.sentence).toContain(
      `The data folder ${folder} cannot be used: its file lock.sqlite cannot be opened`,
    );
  });
});

describe('a start that hangs', () => {
  it('ends within seconds when it is asked to stop', async () => {
    const folder = await newFolder();
    // Nobody ever writes into it: reading it waits as a disk that does not answer.
    execFileSync('mkfifo', [path.join(folder, 'restore.tar.gz')]);
    const child = spawn(process.execPath, ['packages/server/bin/ovation.js', 'serve'], {
      cwd: fileURLToPath(new URL('../../../..', import.meta.url)),
      env: { ...process.env, OVATION_DATA_DIR: folder, PORT: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const said = text(child.stderr);
    await until(() => expect(existsSync(path.join(folder, 'lock.sqlite'))).toBe(true));
    await until(() => expect(existsSync(path.join(folder, 'db.unfinished'))).toBe(true));
    const askedAt = performance.now();
    child.kill('SIGTERM');
    const [, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect(signal).toBe('SIGTERM');
    expect(performance.now() - askedAt).toBeLessThan(20_000);
    expect(await said).toContain('did not finish starting');
  });

  it('that does not hang is finished first, and then closed as any other', async () => {
    const folder = await newFolder();
    const child = spawn(process.execPath, ['packages/server/bin/ovation.js', 'serve'], {
      cwd: fileURLToPath(new URL('../../../..', import.meta.url)),
      env: { ...process.env, OVATION_DATA_DIR: folder, OVATION_SIMULATOR: 'off', PORT: '0' },
      stdio: 'ignore',
    });
    await until(() => expect(existsSync(path.join(folder, 'lock.sqlite'))).toBe(true));
    child.kill('SIGTERM');
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    // On a machine that is very busy a start may take longer than it is given.
    expect([code, signal]).toEqual(code === 0 ? [0, null] : [null, 'SIGTERM']);
    await start(folder);
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
