import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDataFolder, readAccess } from './data-folder.ts';

async function newPath(): Promise<string> {
  const parent = await mkdtemp(path.join(tmpdir(), 'ovation-folder-'));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  return path.join(parent, 'deep', 'data');
}

/** Another process that holds the folder until it is killed. */
async function holdElsewhere(folder: string) {
  const module = new URL('./data-folder.ts', import.meta.url).href;
  const script = `const { openDataFolder } = await import(${JSON.stringify(module)});
    const held = await openDataFolder(${JSON.stringify(folder)});
    await held.publishAccess({ url: 'http://127.0.0.1:1' });
    console.log('held'); setInterval(() => held.path, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  return holder;
}

describe('the data folder', () => {
  it('is made with its parts', async () => {
    await using folder = await openDataFolder(await newPath());
    for (const part of [folder.logFolder, folder.dbFolder, folder.dumpFolder]) expect(existsSync(part)).toBe(true);
  });

  it('refuses a second process with the folder and the two ways out, and is free after kill -9', async () => {
    const root = await newPath();
    const holder = await holdElsewhere(root);
    const refused = openDataFolder(root);
    await expect(refused).rejects.toThrow(root);
    await expect(refused).rejects.toThrow(/Another Ovation.*stop it.*OVATION_DATA_DIR/);

    const gone = once(holder, 'exit');
    holder.kill('SIGKILL');
    await gone;
    await using folder = await openDataFolder(root);
    expect(folder.path).toBe(root);
    expect(await readAccess(root)).toBeUndefined();
  });

  it('refuses itself twice, and is free after disposal', async () => {
    const root = await newPath();
    const first = await openDataFolder(root);
    await expect(openDataFolder(root)).rejects.toThrow('Another Ovation');
    await first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    await (await openDataFolder(root))[Symbol.asyncDispose]();
  });

  it('leaves address and token for the owner only, as long as the server runs', async () => {
    const root = await newPath();
    const folder = await openDataFolder(root);
    expect(await readAccess(root)).toBeUndefined();
    const token = await folder.publishAccess({ url: 'http://127.0.0.1:8080' });
    expect(token).toBe(folder.access.token);
    expect(token.length).toBeGreaterThanOrEqual(43);
    expect(await readAccess(root)).toEqual({ url: 'http://127.0.0.1:8080', token });
    const { mode } = await stat(path.join(root, 'local-access.json'));
    expect(mode & 0o777).toBe(0o600);
    await folder[Symbol.asyncDispose]();
    expect(await readAccess(root)).toBeUndefined();
  });

  it('takes a damaged access file for none', async () => {
    const root = await newPath();
    await using _folder = await openDataFolder(root);
    await writeFile(path.join(root, 'local-access.json'), '{"url":');
    expect(await readAccess(root)).toBeUndefined();
  });
});
